package dev.penstock.router.dispatch.inflight;

import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.job.JobId;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.InferenceRequest;
import dev.penstock.telemetry.Ticker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who works on which job: gives leases and takes them back. A job that lost its lease is offered
 * again, in its old place. Guarded by the {@link InFlightTable}.
 *
 * <p>No time of another machine is used: leases are judged by what this router heard, when it heard
 * it.
 */
final class LeaseKeeper {
  /**
   * Payloads in the answer to one claim: more than any batch needs, and far below what a frame or a
   * heap can hold.
   */
  static final long MOST_CLAIM_BYTES = 256L << 20;

  private final JobBook book;
  private final Ledger ledger;
  private final LeaseTerms terms;
  private final FailureStreaks failures;
  private final Supplier<String> tokens;
  private final Ticker ticker;

  LeaseKeeper(
      JobBook book,
      Ledger ledger,
      LeaseTerms terms,
      FailureStreaks failures,
      Supplier<String> tokens,
      Ticker ticker) {
    this.book = book;
    this.ledger = ledger;
    this.terms = terms;
    this.failures = failures;
    this.tokens = tokens;
    this.ticker = ticker;
  }

  /** See {@link InFlightTable#claim}. */
  List<Claim.Granted> claim(Claim claim, Set<String> elsewhere) {
    long now = ticker.nanos();
    var granted = new ArrayList<Claim.Granted>();
    long bytes = 0;
    // INVARIANT: a job is granted once a claim, also when copies of its descriptor were polled.
    var jobs = new LinkedHashSet<>(claim.jobs());
    for (JobId id : jobs) {
      Job job = book.find(id);
      if (job == null) {
        continue;
      }
      boolean fits = granted.isEmpty() || bytes + job.payload().length <= MOST_CLAIM_BYTES;
      if (job.lease == null && (!fits || isForOthers(job, claim.instance(), elsewhere, now))) {
        job.heldBack = true;
        continue;
      }
      Attempt attempt = leaseFor(job, claim, now);
      if (attempt != null) {
        granted.add(granted(job, attempt, now));
        bytes += job.payload().length;
      }
    }
    ledger.refusedClaims += claim.jobs().size() - granted.size();
    return granted;
  }

  /**
   * A worker that has failed a job is not given it again while others can try, and one that fails
   * everything is not given any.
   */
  private boolean isForOthers(Job job, String instance, Set<String> elsewhere, long now) {
    boolean failedIt = instance.equals(job.failedBy);
    return elsewhere.contains(job.descriptor.digest())
        && (failures.isBenched(instance)
            || (failedIt
                && (failures.failsOften(instance)
                    || now - job.failedNanos < LeaseTerms.OTHERS_FIRST_NANOS)));
  }

  /** See {@link InFlightTable#doubtful}. */
  Set<String> doubtful(Claim claim) {
    boolean benched = failures.isBenched(claim.instance());
    return claim.jobs().stream()
        .map(book::find)
        .filter(job -> job != null && (benched || claim.instance().equals(job.failedBy)))
        .map(job -> job.descriptor.digest())
        .collect(Collectors.toSet());
  }

  /** See {@link InFlightTable#holdsBack}. */
  boolean holdsBack(Collection<JobId> ids) {
    return ids.stream().map(book::find).anyMatch(job -> job != null && job.heldBack);
  }

  private static Claim.Granted granted(Job job, Attempt attempt, long now) {
    InferenceRequest request = job.flight.request;
    return new Claim.Granted(
        job.descriptor.id(),
        attempt.number,
        attempt.token,
        job.flight.deadlineNanos() - now,
        request.parameters(),
        job.payload(),
        attempt.alone);
  }

  private @Nullable Attempt leaseFor(Job job, Claim claim, long now) {
    Attempt live = job.lease;
    if (live == null) {
      var attempt =
          new Attempt(job.nextAttempt(), tokens.get(), claim, job.suspicion.isSuspect(), now);
      book.lease(job, attempt);
      return attempt;
    }
    // INVARIANT: one live lease; the same claim repeated (its answer was lost) is the same lease.
    boolean repeated =
        live.claim.claimId().equals(claim.claimId())
            && live.claim.instance().equals(claim.instance());
    return repeated ? live : null;
  }

  /** Hears from a worker about leases it holds; a lease that is not named is not renewed. */
  void renew(String instance, Collection<Held> held, FollowUps after) {
    boolean hangs = false;
    for (Held lease : held) {
      Job job = book.find(lease.job());
      Attempt live = job == null ? null : leaseOf(job, instance);
      if (job != null && live != null) {
        live.renewedNanos = ticker.nanos();
        live.executes |= lease.executingNanos() >= 0;
        if (lease.executingNanos()
            > terms.executionLimitNanos(job.descriptor.digest(), live.number)) {
          lose(job, live, after);
          hangs = true;
        }
      }
    }
    if (hangs) {
      // What waits behind a lane that hangs is not run here in time.
      held.stream()
          .filter(lease -> lease.executingNanos() < 0)
          .forEach(lease -> loseIfOf(instance, book.find(lease.job()), after));
    }
  }

  /** See {@link InFlightTable#executing}. */
  void executing(String instance, Set<JobId> ids, boolean alone) {
    for (Job job : book.leasedBy(instance)) {
      Attempt live = job.lease;
      if (live != null) {
        live.executes = ids.contains(job.descriptor.id());
        live.runsAlone = alone && live.executes;
      }
    }
  }

  /** Jobs that were polled by a worker which did not get them. */
  void offerHeldBack(FollowUps after) {
    for (Job job : book.waitingJobs()) {
      if (job.heldBack) {
        job.heldBack = false;
        job.offeredNanos = ticker.nanos();
        job.missingSinceNanos = null;
        ledger.reoffered++;
        after.offer(job.descriptor);
      }
    }
  }

  /** See {@link InFlightTable#expireLeases}. */
  void expire(long lateByNanos, FollowUps after) {
    for (Job job : book.leasedJobs()) {
      Attempt live = job.lease;
      if (live != null) {
        live.renewedNanos += lateByNanos;
        if (live.doomedNanos == null
            && ticker.nanos() - live.renewedNanos > LeaseTerms.SILENCE_NANOS) {
          lose(job, live, after);
        }
      }
    }
  }

  /** All leases of a worker. */
  void loseAllOf(String instance, FollowUps after) {
    book.leasedBy(instance).forEach(job -> loseIfOf(instance, job, after));
  }

  /** Those of these leases that are the worker's. */
  void loseIfOf(String instance, Collection<JobId> ids, FollowUps after) {
    ids.forEach(id -> loseIfOf(instance, book.find(id), after));
  }

  private void loseIfOf(String instance, @Nullable Job job, FollowUps after) {
    Attempt live = job == null ? null : leaseOf(job, instance);
    if (job != null && live != null) {
      lose(job, live, after);
    }
  }

  private static @Nullable Attempt leaseOf(Job job, String instance) {
    Attempt live = job.lease;
    return live != null && live.claim.instance().equals(instance) ? live : null;
  }

  void lose(Job job, Attempt live, FollowUps after) {
    book.loseLease(job, live, ticker.nanos());
    ledger.reoffered++;
    after.offer(job.descriptor);
  }

  /** See {@link InFlightTable#reconcile}. */
  void reconcile(String model, Set<JobId> queued, long askedNanos, FollowUps after) {
    for (Job job : book.waitingJobs()) {
      if (job.descriptor.model().equals(model)
          && job.isLost(queued.contains(job.descriptor.id()), askedNanos)) {
        ledger.reoffered++;
        after.offer(job.descriptor);
      }
    }
  }

  /** See {@link InFlightTable#suspects}. */
  Set<String> suspects() {
    long now = ticker.nanos();
    return book.waitingJobs().stream()
        .filter(job -> now - job.offeredNanos >= LeaseTerms.SUSPECT_NANOS)
        .map(job -> job.descriptor.model())
        .collect(Collectors.toSet());
  }
}
