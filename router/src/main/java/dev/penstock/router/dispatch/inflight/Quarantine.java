package dev.penstock.router.dispatch.inflight;

import dev.penstock.job.JobOutcome;
import dev.penstock.telemetry.Ticker;

/**
 * What becomes of the jobs of a worker that died. They are offered again; those whose batch had
 * started are suspects, which run alone from then on, one after the other. When another worker dies
 * of a suspect that ran alone, there is no doubt left: the job is answered and not tried again, so
 * that one request does not take down one worker after the other. Batch mates of it run alone once
 * and are answered. Guarded by the {@link InFlightTable}.
 */
final class Quarantine {
  private final JobBook book;
  private final Ledger ledger;
  private final LeaseKeeper leases;
  private final Endings endings;
  private final Ticker ticker;

  Quarantine(JobBook book, Ledger ledger, LeaseKeeper leases, Endings endings, Ticker ticker) {
    this.book = book;
    this.ledger = ledger;
    this.leases = leases;
    this.endings = endings;
    this.ticker = ticker;
  }

  /** See {@link InFlightTable#workerDied}. */
  void workerDied(String instance, FollowUps after) {
    for (Job job : book.leasedBy(instance)) {
      Attempt live = job.lease;
      if (live != null) {
        // INVARIANT: only a job that was a suspect before, and runs alone now, is quarantined.
        boolean proved = live.alone && live.runsAlone && job.suspicion.isSuspect();
        job.suspicion.died(instance, live.executes);
        if (proved) {
          live.doomedNanos = ticker.nanos();
        } else {
          leases.lose(job, live, after);
        }
      }
    }
  }

  /**
   * Ends the jobs whose workers did not come back.
   *
   * @param lateByNanos how long this router slept; workers had no chance to come back then
   */
  void judge(long lateByNanos, FollowUps after) {
    for (Job job : book.leasedJobs()) {
      Attempt live = job.lease;
      Long doomed = live == null ? null : live.doomedNanos;
      // Another job of the same request may just have ended this one.
      if (live != null && doomed != null && book.holds(job)) {
        live.doomedNanos = doomed + lateByNanos;
        if (ticker.nanos() - doomed - lateByNanos >= LeaseTerms.REJOIN_NANOS) {
          quarantine(job, live, after);
        }
      }
    }
  }

  private void quarantine(Job job, Attempt live, FollowUps after) {
    ledger.quarantined++;
    String request = job.flight.request.requestId();
    after.warn(
        "Job "
            + job.descriptor.id()
            + " of request "
            + request
            + " is quarantined: worker "
            + live.claim.workerId()
            + " died while it ran it alone, as another one did before.");
    endings.fail(
        job,
        new JobOutcome.Failed(
            JobOutcome.Reason.DEVICE,
            job.suspicion.deaths()
                + " workers died while they ran this request, the last one with nothing else to do,"
                + " so it is not tried again. Try another image; whoever runs the server finds more"
                + " in the workers' logs under request "
                + request
                + "."),
        after);
  }

  /** See {@link InFlightTable#workerJoined}. */
  void absolve(String instance) {
    for (Job job : book.jobs()) {
      job.suspicion.absolve(instance);
      Attempt live = job.lease;
      if (live != null && live.claim.instance().equals(instance)) {
        live.doomedNanos = null;
      }
    }
  }
}
