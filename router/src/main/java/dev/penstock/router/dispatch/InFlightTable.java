package dev.penstock.router.dispatch;

import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.Claim;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.telemetry.Ticker;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every job this router has admitted and not answered, and who works on it.
 *
 * <p><b>States.</b> A job <em>waits</em> (its descriptor stands in the job queue, or was taken by a
 * worker that has not claimed it yet) or is <em>leased</em> (one worker has its payload). A claim
 * leases; a lost lease makes it wait again, in its old place. The first valid result of any attempt
 * ends it, be its lease lost or not; so do the deadline and the client going away.
 *
 * <p><b>Invariants.</b> At most one live lease per job. A claim of a leased or ended job yields
 * nothing, unless it is the same claim repeated: so a copy of a descriptor never reaches a device.
 * Every admitted request ends exactly once. What is in flight never exceeds the bound. No time of
 * another machine is used: leases are judged by what this router heard, when it heard it.
 *
 * <p><b>Concurrency.</b> One lock, held for microseconds; what follows from a change (offers,
 * cancels, answers) is collected under the lock and done after it, so that no foreign code runs
 * inside.
 */
final class InFlightTable {
  /**
   * What a change of the table makes necessary outside of it. Called without the lock, must not
   * block.
   */
  interface Effects {
    /** A job waits (again): its descriptor belongs into its queue. */
    void offer(JobDescriptor job);

    /** A waiting job has ended: its descriptor may be taken out of its queue. */
    void withdraw(JobDescriptor job);

    /** A leased job has ended: its worker need not start it. */
    void cancel(String instance, JobId job);
  }

  /** What a worker is told about a result. */
  enum Ack {
    /** It answered the job, or the job is tried again because of it. */
    ACCEPTED,
    /** The job has its answer already. Not an error. */
    LATE,
    /** The token is not that of the attempt. */
    REFUSED;

    /** As it stands on the wire. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final System.Logger LOG = System.getLogger(InFlightTable.class.getName());

  private static final int MOST_WORKER_FAILURES = 2;

  private final String incarnation;
  private final int bound;
  private final LeaseTerms terms;
  private final Supplier<String> tokens;
  private final Ticker ticker;
  private final Effects effects;

  private final JobBook book = new JobBook();
  private long sequence;
  private long admitted;
  private long answered;
  private long cancelled;
  private long reoffered;
  private long late;
  private long refusedResults;
  private long refusedClaims;

  InFlightTable(
      String incarnation,
      int bound,
      LeaseTerms terms,
      Supplier<String> tokens,
      Ticker ticker,
      Effects effects) {
    this.incarnation = incarnation;
    this.bound = bound;
    this.terms = terms;
    this.tokens = tokens;
    this.ticker = ticker;
    this.effects = effects;
  }

  /**
   * Lets all jobs of a request in, or none.
   *
   * @param tags gives each job its place in the order
   * @return null when the bound would be exceeded
   */
  @Nullable Flight admit(
      InferenceRequest request,
      boolean coldStart,
      OrderTags tags,
      Consumer<InferenceOutcome> listener) {
    var after = new ArrayList<Runnable>();
    Flight flight;
    synchronized (this) {
      // INVARIANT: never more in flight than the bound, exactly, under any burst.
      if (book.size() + request.images().size() > bound) {
        return null;
      }
      long now = ticker.nanos();
      flight = new Flight(request, listener);
      for (int index = 0; index < request.images().size(); index++) {
        var id = new JobId(incarnation, ++sequence);
        var descriptor =
            new JobDescriptor(id, request.model().id(), request.model().digest(), tags.next());
        var job = new Job(descriptor, flight, index, coldStart, now);
        flight.jobs.add(job);
        book.add(job);
        admitted++;
        after.add(() -> effects.offer(descriptor));
      }
    }
    doAll(after);
    return flight;
  }

  /** Leases what can be leased of a claim; what is not in the answer is gone. */
  synchronized List<Claim.Granted> claim(Claim claim) {
    long now = ticker.nanos();
    var granted = new ArrayList<Claim.Granted>();
    // INVARIANT: a job is granted once a claim, also when copies of its descriptor were polled.
    var jobs = new LinkedHashSet<>(claim.jobs());
    refusedClaims += claim.jobs().size() - jobs.size();
    for (JobId id : jobs) {
      Job job = book.find(id);
      Attempt attempt = job == null ? null : leaseFor(job, claim, now);
      if (job == null || attempt == null) {
        refusedClaims++;
        continue;
      }
      InferenceRequest request = job.flight.request;
      long budget = job.flight.deadlineNanos() - now;
      granted.add(
          new Claim.Granted(
              id, attempt.number, attempt.token, budget, request.parameters(), job.payload()));
    }
    return granted;
  }

  private @Nullable Attempt leaseFor(Job job, Claim claim, long now) {
    Attempt live = job.lease;
    if (live == null) {
      var attempt = new Attempt(job.nextAttempt(), tokens.get(), claim, now);
      book.lease(job, attempt);
      return attempt;
    }
    // INVARIANT: one live lease; the same claim repeated (its answer was lost) is the same lease.
    boolean repeated =
        live.claim.claimId().equals(claim.claimId())
            && live.claim.instance().equals(claim.instance());
    return repeated ? live : null;
  }

  /** Takes the result of an attempt. */
  Ack complete(AttemptResult result) {
    var after = new ArrayList<Runnable>();
    Ack ack;
    synchronized (this) {
      ack = complete(result, after);
    }
    doAll(after);
    return ack;
  }

  private Ack complete(AttemptResult result, List<Runnable> after) {
    Job job = book.find(result.id());
    if (job == null) {
      late++;
      return Ack.LATE;
    }
    Attempt attempt = job.attempt(result.attempt());
    if (attempt == null || !sameToken(attempt.token, result.token())) {
      refusedResults++;
      return Ack.REFUSED;
    }
    if (result.outcome() instanceof JobOutcome.Failed failed && isOfTheWorker(failed)) {
      if (job.lease != attempt) {
        late++;
        return Ack.LATE;
      }
      if (++job.workerFailures < MOST_WORKER_FAILURES) {
        lose(job, attempt, after);
        return Ack.ACCEPTED;
      }
    }
    answer(job, attempt, result, after);
    return Ack.ACCEPTED;
  }

  private void answer(Job job, Attempt attempt, AttemptResult result, List<Runnable> after) {
    long now = ticker.nanos();
    Flight flight = job.flight;
    flight.report(job.index, job.answeredBy(attempt, result, now));
    answered++;
    remove(job, job.lease != attempt, after);
    if (result.outcome() instanceof JobOutcome.Done done) {
      terms.executed(job.descriptor.digest(), result.timings().execution());
      if (flight.done(job.index, done)) {
        end(flight, flight.completed(job.index), after);
      }
    } else if (result.outcome() instanceof JobOutcome.Failed failed) {
      abandonRest(flight, after);
      end(flight, flight.outcome(new InferenceOutcome.Failed(failed), job.index), after);
    }
  }

  /** Ends a request whose time is over. Does nothing when it has ended. */
  void expire(Flight flight, String message) {
    change(
        after -> {
          if (!flight.ended) {
            Job last = abandonRest(flight, after);
            end(flight, flight.outcome(new InferenceOutcome.Expired(message), last.index), after);
          }
        });
  }

  /** Forgets a request whose client is gone. Does nothing when it has ended. */
  void cancel(Flight flight) {
    change(
        after -> {
          if (!flight.ended) {
            flight.ended = true;
            List<Job> open = flight.jobs.stream().filter(book::holds).toList();
            cancelled += open.size();
            // Its answered jobs were counted as answered when their results came.
            open.forEach(job -> remove(job, true, after));
            after.add(flight::cleanUp);
          }
        });
  }

  /** Ends all requests that wait for a model nobody can load. */
  void failWaiting(ModelRef model, JobOutcome.Failed failure) {
    change(
        after -> {
          for (Job job : book.waitingFor(model)) {
            if (!job.flight.ended) {
              abandonRest(job.flight, after);
              end(
                  job.flight,
                  job.flight.outcome(new InferenceOutcome.Failed(failure), job.index),
                  after);
            }
          }
        });
  }

  /** Hears from a worker about leases it holds; a lease that is not named is not renewed. */
  void renew(String instance, Collection<Held> held) {
    change(
        after -> {
          for (Held lease : held) {
            Job job = book.find(lease.job());
            Attempt live = job == null ? null : leaseOf(job, instance);
            if (job != null && live != null) {
              live.renewedNanos = ticker.nanos();
              if (lease.executingNanos()
                  > terms.executionLimitNanos(job.descriptor.digest(), live.number)) {
                lose(job, live, after);
              }
            }
          }
        });
  }

  /**
   * Loses the leases that nobody has renewed for too long.
   *
   * @param lateByNanos how long this router slept through renewals; all leases gain that time
   */
  void expireLeases(long lateByNanos) {
    change(
        after -> {
          for (Job job : book.leasedJobs()) {
            Attempt live = job.lease;
            if (live != null) {
              live.renewedNanos += lateByNanos;
              if (ticker.nanos() - live.renewedNanos > LeaseTerms.SILENCE_NANOS) {
                lose(job, live, after);
              }
            }
          }
        });
  }

  /** Loses all leases of a worker that is gone. */
  void workerGone(String instance) {
    change(after -> book.leasedBy(instance).forEach(job -> loseIfOf(instance, job, after)));
  }

  /** Takes back jobs that a worker has not started. */
  void handBack(String instance, Collection<JobId> ids) {
    change(after -> ids.forEach(id -> loseIfOf(instance, book.find(id), after)));
  }

  /**
   * Compares the jobs of one model that have waited for some time with what stands in its queue,
   * and offers again what was absent twice. A copy that turns up later is harmless.
   *
   * @param queued ids of this router's jobs that stand in the queue
   * @param askedNanos when the queue was read
   */
  void reconcile(String model, Set<JobId> queued, long askedNanos) {
    change(
        after -> {
          for (Job job : book.waitingJobs()) {
            if (job.descriptor.model().equals(model)
                && job.isLost(queued.contains(job.descriptor.id()), askedNanos)) {
              reoffered++;
              after.add(() -> effects.offer(job.descriptor));
            }
          }
        });
  }

  /** Models with jobs that have waited long enough to be looked for in their queue. */
  synchronized Set<String> suspects() {
    long now = ticker.nanos();
    return book.waitingJobs().stream()
        .filter(job -> now - job.offeredNanos >= LeaseTerms.SUSPECT_NANOS)
        .map(job -> job.descriptor.model())
        .collect(Collectors.toSet());
  }

  synchronized boolean hasWaiting(ModelRef model) {
    return book.hasWaiting(model);
  }

  synchronized List<Waiting> backlog() {
    return book.backlog(ticker.nanos());
  }

  synchronized DispatchCounters counters() {
    return new DispatchCounters(
        admitted, answered, cancelled, book.size(), reoffered, late, refusedResults, refusedClaims);
  }

  /** Says what is not as it must be; empty when all invariants hold. Tests ask after every step. */
  synchronized List<String> violations() {
    var violations = new ArrayList<>(book.violations());
    if (book.size() > bound || admitted != answered + cancelled + book.size()) {
      violations.add("the ledger does not add up: " + counters() + ", bound " + bound);
    }
    return violations;
  }

  private void loseIfOf(String instance, @Nullable Job job, List<Runnable> after) {
    Attempt live = job == null ? null : leaseOf(job, instance);
    if (job != null && live != null) {
      lose(job, live, after);
    }
  }

  private static @Nullable Attempt leaseOf(Job job, String instance) {
    Attempt live = job.lease;
    return live != null && live.claim.instance().equals(instance) ? live : null;
  }

  private void lose(Job job, Attempt live, List<Runnable> after) {
    book.loseLease(job, live, ticker.nanos());
    reoffered++;
    after.add(() -> effects.offer(job.descriptor));
  }

  /**
   * Takes out a job that has ended; {@code tell} says whether the worker that has it must hear of
   * it.
   */
  private void remove(Job job, boolean tell, List<Runnable> after) {
    Attempt live = job.lease;
    book.remove(job, ticker.nanos());
    if (live == null) {
      after.add(() -> effects.withdraw(job.descriptor));
    } else if (tell) {
      after.add(() -> effects.cancel(live.claim.instance(), job.descriptor.id()));
    }
  }

  /**
   * Gives up the jobs of a request that have no result; returns the last of them, or the last job
   * at all.
   */
  private Job abandonRest(Flight flight, List<Runnable> after) {
    Job last = flight.jobs.get(flight.jobs.size() - 1);
    for (Job job : flight.jobs) {
      if (book.holds(job)) {
        flight.report(job.index, job.abandoned(ticker.nanos()));
        answered++;
        remove(job, true, after);
        last = job;
      }
    }
    return last;
  }

  private static void end(Flight flight, InferenceOutcome outcome, List<Runnable> after) {
    // INVARIANT: reached under the lock and only when the request has not ended: one answer for
    // every request.
    if (flight.ended) {
      throw new IllegalStateException("request " + flight.request.requestId() + " would end twice");
    }
    flight.ended = true;
    after.add(() -> flight.tell(outcome));
  }

  private static boolean isOfTheWorker(JobOutcome.Failed failed) {
    return failed.reason() == JobOutcome.Reason.DEVICE || failed.reason() == JobOutcome.Reason.LOAD;
  }

  private static boolean sameToken(String expected, String shown) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
  }

  private void change(Consumer<List<Runnable>> change) {
    var after = new ArrayList<Runnable>();
    synchronized (this) {
      change.accept(after);
    }
    doAll(after);
  }

  /** Does what follows from a change; one client's trouble is not that of the others. */
  private static void doAll(List<Runnable> after) {
    for (Runnable effect : after) {
      try {
        effect.run();
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "What follows from a change of the in-flight table failed.", e);
      }
    }
  }
}
