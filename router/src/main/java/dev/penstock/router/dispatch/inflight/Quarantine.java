package dev.penstock.router.dispatch.inflight;

import dev.penstock.job.JobOutcome;

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

  Quarantine(JobBook book, Ledger ledger, LeaseKeeper leases, Endings endings) {
    this.book = book;
    this.ledger = ledger;
    this.leases = leases;
    this.endings = endings;
  }

  /** See {@link InFlightTable#workerDied}. */
  void workerDied(String instance, FollowUps after) {
    for (Job job : book.leasedBy(instance)) {
      Attempt live = job.lease;
      // Another job of the same request may just have ended this one.
      if (live != null && book.holds(job)) {
        // INVARIANT: only a job that was a suspect before, and ran alone now, is quarantined.
        boolean proved = live.alone && live.ranAlone && job.suspicion.isSuspect();
        job.suspicion.died(instance, live.started);
        if (proved) {
          quarantine(job, live, after);
        } else {
          leases.lose(job, live, after);
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
    book.jobs().forEach(job -> job.suspicion.absolve(instance));
  }
}
