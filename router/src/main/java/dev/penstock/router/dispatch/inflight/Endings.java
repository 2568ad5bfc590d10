package dev.penstock.router.dispatch.inflight;

import dev.penstock.job.AttemptResult;
import dev.penstock.job.JobOutcome;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.telemetry.Ticker;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * How jobs and requests end: by the first valid result of any attempt, by a failure, by the
 * deadline, or because the client went away. Guarded by the {@link InFlightTable}.
 */
final class Endings {
  private static final int MOST_WORKER_FAILURES = 2;

  private final JobBook book;
  private final Ledger ledger;
  private final LeaseKeeper leases;
  private final LeaseTerms terms;
  private final FailureStreaks failures;
  private final Ticker ticker;

  Endings(
      JobBook book,
      Ledger ledger,
      LeaseKeeper leases,
      LeaseTerms terms,
      FailureStreaks failures,
      Ticker ticker) {
    this.book = book;
    this.ledger = ledger;
    this.leases = leases;
    this.terms = terms;
    this.failures = failures;
    this.ticker = ticker;
  }

  /** The result of an attempt, be its lease lost or not. */
  Ack complete(AttemptResult result, FollowUps after) {
    Job job = book.find(result.id());
    if (job == null) {
      ledger.late++;
      return Ack.LATE;
    }
    Attempt attempt = job.attempt(result.attempt());
    if (attempt == null || !sameToken(attempt.token, result.token())) {
      ledger.refusedResults++;
      return Ack.REFUSED;
    }
    if (result.outcome() instanceof JobOutcome.Failed failed && isOfTheWorker(failed)) {
      if (job.lease != attempt) {
        ledger.late++;
        return Ack.LATE;
      }
      blame(job, attempt.claim.instance(), failed);
      if (++job.workerFailures < MOST_WORKER_FAILURES) {
        job.failedBy = attempt.claim.instance();
        job.failedNanos = ticker.nanos();
        leases.lose(job, attempt, after);
        return Ack.ACCEPTED;
      }
    } else {
      failures.didWell(attempt.claim.instance());
    }
    answer(job, attempt, result, after);
    return Ack.ACCEPTED;
  }

  private void blame(Job job, String instance, JobOutcome.Failed failure) {
    String before = job.deviceFailedBy;
    if (failure.reason() != JobOutcome.Reason.DEVICE) {
      // A package that cannot be loaded says nothing of the device.
      return;
    }
    if (before == null || before.equals(instance)) {
      job.deviceFailedBy = instance;
      failures.failed(instance);
    } else {
      // What fails on two devices says nothing of either.
      failures.takeBack(before);
    }
  }

  private void answer(Job job, Attempt attempt, AttemptResult result, FollowUps after) {
    Flight flight = job.flight;
    flight.report(job.index, job.answeredBy(attempt, result, ticker.nanos()));
    ledger.answered++;
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

  /** The time of a request is over. */
  void expire(Flight flight, String message, FollowUps after) {
    if (!flight.ended) {
      Job last = abandonRest(flight, after);
      end(flight, flight.outcome(new InferenceOutcome.Expired(message), last.index), after);
    }
  }

  /** The client is gone. Jobs with a result were counted as answered when it came. */
  void cancel(Flight flight, FollowUps after) {
    if (!flight.ended) {
      flight.ended = true;
      List<Job> open = flight.jobs.stream().filter(book::holds).toList();
      ledger.cancelled += open.size();
      open.forEach(job -> remove(job, true, after));
      after.forget(flight);
    }
  }

  /** One job cannot be served, and with it its request. */
  void fail(Job job, JobOutcome.Failed failure, FollowUps after) {
    Flight flight = job.flight;
    if (!flight.ended) {
      abandonRest(flight, after);
      end(flight, flight.outcome(new InferenceOutcome.Failed(failure), job.index), after);
    }
  }

  /**
   * Takes out a job that has ended; {@code tell} says whether the worker that has it must hear of
   * it.
   */
  private void remove(Job job, boolean tell, FollowUps after) {
    Attempt live = job.lease;
    book.remove(job, ticker.nanos());
    if (live == null) {
      after.withdraw(job.descriptor);
    } else if (tell) {
      after.cancel(live.claim.instance(), job.descriptor.id());
    }
  }

  /**
   * Gives up the jobs of a request that have no result; returns the last of them, or the last job
   * at all.
   */
  private Job abandonRest(Flight flight, FollowUps after) {
    Job last = flight.jobs.get(flight.jobs.size() - 1);
    for (Job job : flight.jobs) {
      if (book.holds(job)) {
        flight.report(job.index, job.abandoned(ticker.nanos()));
        ledger.answered++;
        remove(job, true, after);
        last = job;
      }
    }
    return last;
  }

  private static void end(Flight flight, InferenceOutcome outcome, FollowUps after) {
    // INVARIANT: reached under the lock and only when the request has not ended: one answer for
    // every request.
    if (flight.ended) {
      throw new IllegalStateException("request " + flight.request.requestId() + " would end twice");
    }
    flight.ended = true;
    after.tell(flight, outcome);
  }

  private static boolean isOfTheWorker(JobOutcome.Failed failed) {
    return failed.reason() == JobOutcome.Reason.DEVICE || failed.reason() == JobOutcome.Reason.LOAD;
  }

  private static boolean sameToken(String expected, String shown) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
  }
}
