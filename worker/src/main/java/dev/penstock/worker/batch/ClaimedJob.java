package dev.penstock.worker.batch;

import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.JobParameters;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.job.wire.Claim;

/**
 * A job this worker has a lease of, from the moment its payload is there.
 *
 * <p>The router's renewals read {@link #executingNanos} and its cancels set {@link #cancel} on
 * other threads; all else belongs to the lane that runs it.
 */
public final class ClaimedJob {
  private static final long NOT_STARTED = Long.MIN_VALUE;

  private final Claim.Granted lease;
  private final ResidentModel model;
  private final long heldSinceNanos;
  private volatile boolean cancelled;
  private volatile long startedNanos = NOT_STARTED;

  /**
   * @param heldSinceNanos when its payload was there, on this worker's clock
   */
  public ClaimedJob(Claim.Granted lease, ResidentModel model, long heldSinceNanos) {
    this.lease = lease;
    this.model = model;
    this.heldSinceNanos = heldSinceNanos;
  }

  public JobId id() {
    return lease.id();
  }

  /** Which lease of the job this is, from 1. */
  public int attempt() {
    return lease.attempt();
  }

  /** The model it is for. */
  public String modelId() {
    return model.id();
  }

  ResidentModel model() {
    return model;
  }

  /** Whether it runs with nothing beside it, because a worker died while it ran it. */
  boolean alone() {
    return lease.alone();
  }

  byte[] payload() {
    return lease.payload();
  }

  JobParameters parameters() {
    return lease.parameters();
  }

  long heldSinceNanos() {
    return heldSinceNanos;
  }

  /** Nobody waits for it any more. */
  public void cancel() {
    cancelled = true;
  }

  /** INVARIANT: what nobody waits for, or cannot be answered in time, is never executed. */
  boolean worthStarting(long nowNanos) {
    return !cancelled && nowNanos - heldSinceNanos < lease.budgetNanos();
  }

  /** Its batch starts. */
  public void start(long nowNanos) {
    startedNanos = nowNanos;
  }

  /** Since its batch started, or -1 while it waits. */
  public long executingNanos(long nowNanos) {
    long started = startedNanos;
    return started == NOT_STARTED ? -1 : nowNanos - started;
  }

  /** What is posted for it; from now on it waits for an acknowledgement and no longer executes. */
  AttemptResult result(
      JobOutcome outcome, WorkerTimings timings, int batchSize, BatchReason reason) {
    startedNanos = NOT_STARTED;
    return new AttemptResult(
        lease.id(),
        lease.attempt(),
        lease.token(),
        outcome,
        timings,
        batchSize,
        reason,
        model.loadNanos());
  }

  /** Lets go of its model; called once, when it has run or was dropped. */
  public void release() {
    model.releaseAfterJob();
  }
}
