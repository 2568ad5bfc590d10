package dev.penstock.router.dispatch.inflight;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.timing.Stage;
import dev.penstock.job.timing.Timeline;
import dev.penstock.router.dispatch.InferenceOutcome.JobReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job in flight. Guarded by the {@link InFlightTable}. */
final class Job {
  final JobDescriptor descriptor;
  final Flight flight;
  final int index;
  final boolean coldStart;
  private final long queuedNanos;
  private final List<Attempt> attempts = new ArrayList<>(1);

  /** The live lease. INVARIANT: at most one; null while the job waits in its queue. */
  @Nullable Attempt lease;

  /** When it was last put into its queue. */
  long offeredNanos;

  /** Since when its descriptor has not been seen in the queue, or null. */
  @Nullable Long missingSinceNanos;

  /** Waits, but was taken out of its queue by a worker that did not get it: to be offered again. */
  boolean heldBack;

  /** Which workers died while they had it. */
  final Suspicion suspicion = new Suspicion();

  /** Attempts that failed for reasons of the worker. */
  int workerFailures;

  /** The instance of the worker that failed it last, or null. */
  @Nullable String failedBy;

  /** When it did. */
  long failedNanos;

  /** The instance of the worker on whose device it failed first, or null. */
  @Nullable String deviceFailedBy;

  Job(JobDescriptor descriptor, Flight flight, int index, boolean coldStart, long nowNanos) {
    this.descriptor = descriptor;
    this.flight = flight;
    this.index = index;
    this.coldStart = coldStart;
    this.queuedNanos = nowNanos;
    this.offeredNanos = nowNanos;
  }

  /**
   * Whether this waiting job is to be offered again: absent from its queue at two looks far enough
   * apart.
   *
   * @param seen whether its descriptor stood in the queue
   * @param askedNanos when the queue was read
   */
  boolean isLost(boolean seen, long askedNanos) {
    if (seen || askedNanos - offeredNanos < LeaseTerms.SUSPECT_NANOS) {
      missingSinceNanos = null;
      return false;
    }
    Long missingSince = missingSinceNanos;
    if (missingSince == null) {
      missingSinceNanos = askedNanos;
      return false;
    }
    if (askedNanos - missingSince < LeaseTerms.MISSING_NANOS) {
      return false;
    }
    missingSinceNanos = null;
    offeredNanos = askedNanos;
    return true;
  }

  byte[] payload() {
    return flight.request.images().get(index);
  }

  ModelRef model() {
    return new ModelRef(descriptor.model(), descriptor.digest());
  }

  long queuedNanos() {
    return queuedNanos;
  }

  void lease(Attempt attempt) {
    attempts.add(attempt);
    lease = attempt;
    heldBack = false;
  }

  int nextAttempt() {
    return attempts.size() + 1;
  }

  @Nullable Attempt attempt(int number) {
    return number < 1 || number > attempts.size() ? null : attempts.get(number - 1);
  }

  /** What is told of a job that this attempt answered. */
  JobReport answeredBy(Attempt attempt, AttemptResult result, long nowNanos) {
    Timeline timeline = queuedTimeline();
    attempts
        .subList(0, attempt.number - 1)
        .forEach(lost -> timeline.addRetry(lost.costNanos(nowNanos)));
    timeline.stamp(Stage.CLAIMED, attempt.claimedNanos);
    timeline.stamp(Stage.RETURNED, nowNanos);
    timeline.worker(result.timings());
    return new JobReport(
        timeline,
        attempt.number,
        attempt.claim.workerId(),
        attempt.claim.device(),
        result.batchSize(),
        result.batchReason(),
        coldStart,
        coldStart ? result.loadNanos() : 0);
  }

  /** What is told of a job that nobody waits for any more. */
  JobReport abandoned(long nowNanos) {
    Timeline timeline = queuedTimeline();
    attempts.forEach(lost -> timeline.addRetry(lost.costNanos(nowNanos)));
    timeline.stamp(Stage.RETURNED, nowNanos);
    Attempt last = attempt(attempts.size());
    return new JobReport(
        timeline,
        attempts.size(),
        last == null ? "" : last.claim.workerId(),
        last == null ? "" : last.claim.device(),
        0,
        BatchReason.IDLE,
        coldStart,
        0);
  }

  private Timeline queuedTimeline() {
    var timeline = new Timeline(flight.request.startedNanos());
    timeline.stamp(Stage.RECEIVED, flight.request.receivedNanos());
    timeline.stamp(Stage.QUEUED, queuedNanos);
    return timeline;
  }
}
