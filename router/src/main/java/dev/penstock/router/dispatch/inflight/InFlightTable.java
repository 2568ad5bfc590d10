package dev.penstock.router.dispatch.inflight;

import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.DispatchCounters;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.InferenceRequest;
import dev.penstock.router.dispatch.OrderTag;
import dev.penstock.telemetry.Ticker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Every job this router has admitted and not answered, and who works on it.
 *
 * <p><b>States.</b> A job <em>waits</em> (its descriptor stands in the job queue, or was taken by a
 * worker that has not claimed it yet) or is <em>leased</em> (one worker has its payload). A claim
 * leases; a lost lease makes it wait again, in its old place ({@link LeaseKeeper}). The first valid
 * result of any attempt ends it, be its lease lost or not; so do the deadline and the client going
 * away ({@link Endings}).
 *
 * <p><b>Invariants.</b> At most one live lease per job. A claim of a leased or ended job yields
 * nothing, unless it is the same claim repeated: so a copy of a descriptor never reaches a device.
 * Every admitted request ends exactly once. What is in flight never exceeds the bound. No time of
 * another machine is used.
 *
 * <p><b>Concurrency.</b> This class is the one lock of all that is behind it, held for
 * microseconds; what follows from a change (offers, cancels, answers) is collected under the lock
 * and done after it ({@link FollowUps}), so that no foreign code runs inside.
 */
public final class InFlightTable {
  /**
   * What a change of the table makes necessary outside of it. Called without the lock, must not
   * block.
   */
  public interface Effects {
    /** A job waits (again): its descriptor belongs into its queue. */
    void offer(JobDescriptor job);

    /** A waiting job has ended: its descriptor may be taken out of its queue. */
    void withdraw(JobDescriptor job);

    /** A leased job has ended: its worker need not start it. */
    void cancel(String instance, JobId job);
  }

  private final String incarnation;
  private final int bound;
  private final Ticker ticker;
  private final Effects effects;

  private final JobBook book = new JobBook();
  private final Ledger ledger = new Ledger();
  private final FailureStreaks failures;
  private final LeaseKeeper leases;
  private final Endings endings;
  private final Quarantine quarantine;
  private long sequence;

  /**
   * @param incarnation this start of the router, in the ids of its jobs
   * @param bound most jobs in flight at once
   * @param tokens makes the one-time token of each lease
   */
  public InFlightTable(
      String incarnation,
      int bound,
      LeaseTerms terms,
      Supplier<String> tokens,
      Ticker ticker,
      Effects effects) {
    this.incarnation = incarnation;
    this.bound = bound;
    this.ticker = ticker;
    this.effects = effects;
    this.failures = new FailureStreaks(ticker);
    this.leases = new LeaseKeeper(book, ledger, terms, failures, tokens, ticker);
    this.endings = new Endings(book, ledger, leases, terms, failures, ticker);
    this.quarantine = new Quarantine(book, ledger, leases, endings, ticker);
  }

  /**
   * Lets all jobs of a request in, or none.
   *
   * @param coldStart whether no worker has the model
   * @param tags gives each job its place in the order; called under the table's lock
   * @param listener told once how the request ended, unless it is cancelled before
   * @return null when the bound would be exceeded
   */
  public @Nullable Flight admit(
      InferenceRequest request,
      boolean coldStart,
      Function<JobId, OrderTag> tags,
      Consumer<InferenceOutcome> listener) {
    var after = new FollowUps(effects);
    var flight = new Flight(request, listener);
    synchronized (this) {
      // INVARIANT: never more in flight than the bound, exactly, under any burst.
      if (book.size() + request.images().size() > bound) {
        return null;
      }
      long now = ticker.nanos();
      for (int index = 0; index < request.images().size(); index++) {
        var id = new JobId(incarnation, ++sequence);
        OrderTag tag = tags.apply(id);
        var descriptor =
            new JobDescriptor(
                id, request.model().id(), request.model().digest(), tag.start(), tag.finish());
        var job = new Job(descriptor, flight, index, coldStart, now);
        flight.jobs.add(job);
        book.add(job);
        ledger.admitted++;
        after.offer(descriptor);
      }
    }
    after.run();
    return flight;
  }

  /**
   * Leases what can be leased of a claim; what is not in the answer is gone, or not for this worker
   * now.
   *
   * @param elsewhere which of its {@link #doubtful} packages other workers, which are well, have in
   *     memory
   */
  public synchronized List<Claim.Granted> claim(Claim claim, Set<String> elsewhere) {
    return leases.claim(claim, elsewhere);
  }

  /**
   * Digests of the packages of those jobs of a claim that others should have rather, if there are
   * any who can; nearly always none.
   */
  public synchronized Set<String> doubtful(Claim claim) {
    return leases.doubtful(claim);
  }

  /** Workers that are given no jobs others can do, because they failed their last ones. */
  public synchronized Set<String> benched() {
    return failures.benched();
  }

  /** Whether one of these was claimed by a worker that was not to have it. */
  public synchronized boolean holdsBack(Collection<JobId> ids) {
    return leases.holdsBack(ids);
  }

  /** Takes the result of an attempt. */
  public Ack complete(AttemptResult result) {
    return change(after -> endings.complete(result, after));
  }

  /** Ends a request whose time is over. Does nothing when it has ended. */
  public void expire(Flight flight, String message) {
    alter(after -> endings.expire(flight, message, after));
  }

  /** Forgets a request whose client is gone. Does nothing when it has ended. */
  public void cancel(Flight flight) {
    alter(after -> endings.cancel(flight, after));
  }

  /** Ends all requests that wait for a model nobody can load. */
  public void failWaiting(ModelRef model, JobOutcome.Failed failure) {
    alter(after -> book.waitingFor(model).forEach(job -> endings.fail(job, failure, after)));
  }

  /** Hears from a worker about leases it holds; a lease that is not named is not renewed. */
  public void renew(String instance, Collection<Held> held) {
    alter(after -> leases.renew(instance, held, after));
  }

  /**
   * Loses the leases that nobody has renewed for too long, ends the jobs that proved to kill
   * workers, and offers again what was polled by a worker that did not get it.
   *
   * @param lateByNanos how long this router slept through renewals; all leases gain that time
   */
  public void expireLeases(long lateByNanos) {
    alter(
        after -> {
          quarantine.judge(lateByNanos, after);
          leases.expire(lateByNanos, after);
          leases.offerHeldBack(after);
        });
  }

  /** Loses all leases of a worker that has left in order. */
  public void workerGone(String instance) {
    alter(
        after -> {
          failures.forget(instance);
          leases.loseAllOf(instance, after);
        });
  }

  /**
   * Loses all leases of a worker that died. What it had started is suspected of having killed it;
   * what proves to have done so is answered 500 ({@link Quarantine}).
   */
  public void workerDied(String instance) {
    alter(
        after -> {
          failures.forget(instance);
          quarantine.workerDied(instance, after);
        });
  }

  /** A worker has opened its channel. If it was thought dead, nothing is held against its jobs. */
  public synchronized void workerJoined(String instance) {
    quarantine.absolve(instance);
  }

  /**
   * A worker says what it executes now, of all its leases.
   *
   * @param alone nothing else runs on it beside the one job
   */
  public synchronized void executing(String instance, Set<JobId> ids, boolean alone) {
    leases.executing(instance, ids, alone);
  }

  /** Takes back jobs that a worker has not started. */
  public void handBack(String instance, Collection<JobId> ids) {
    alter(after -> leases.loseIfOf(instance, ids, after));
  }

  /**
   * Compares the jobs of one model that have waited for some time with what stands in its queue,
   * and offers again what was absent twice. A copy that turns up later is harmless.
   *
   * @param queued ids of this router's jobs that stand in the queue
   * @param askedNanos when the queue was read
   */
  public void reconcile(String model, Set<JobId> queued, long askedNanos) {
    alter(after -> leases.reconcile(model, queued, askedNanos, after));
  }

  /** Models with jobs that have waited long enough to be looked for in their queue. */
  public synchronized Set<String> suspects() {
    return leases.suspects();
  }

  /** Whether jobs of that model wait. */
  public synchronized boolean hasWaiting(ModelRef model) {
    return book.hasWaiting(model);
  }

  /** The packages that jobs wait for. */
  public synchronized Set<ModelRef> waitingModels() {
    return book.waitingModels();
  }

  /** What waits, by model. */
  public synchronized List<Waiting> backlog() {
    return book.backlog(ticker.nanos());
  }

  /** The packages that jobs in flight were admitted for. */
  public synchronized Set<ModelRef> models() {
    return book.models();
  }

  /** The ledger of this router's jobs. */
  public synchronized DispatchCounters counters() {
    return ledger.counters(book.size());
  }

  /** Says what is not as it must be; empty when all invariants hold. Tests ask after every step. */
  public synchronized List<String> violations() {
    var violations = new ArrayList<>(book.violations());
    if (book.size() > bound || !ledger.addsUp(book.size())) {
      violations.add("the ledger does not add up: " + counters() + ", bound " + bound);
    }
    return violations;
  }

  private void alter(Consumer<FollowUps> change) {
    change(
        after -> {
          change.accept(after);
          return this;
        });
  }

  private <T> T change(Function<FollowUps, T> change) {
    var after = new FollowUps(effects);
    T result;
    synchronized (this) {
      result = change.apply(after);
    }
    after.run();
    return result;
  }
}
