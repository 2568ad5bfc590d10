package dev.penstock.router.dispatch;

import dev.penstock.job.BatchReason;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.Timeline;
import java.util.List;

/**
 * How an admitted request ended.
 *
 * @param end what the client is told
 * @param jobs one report for each image, in the order of the request
 * @param critical index of the job that finished last; its timeline is the request's
 */
public record InferenceOutcome(End end, List<JobReport> jobs, int critical) {
  public InferenceOutcome {
    jobs = List.copyOf(jobs);
  }

  /** The job whose times are the request's. */
  public JobReport criticalJob() {
    return jobs.get(critical);
  }

  /** What the client is told. */
  public sealed interface End {}

  /** Every job has predictions. */
  public record Completed(List<JobOutcome.Done> results) implements End {
    public Completed {
      results = List.copyOf(results);
    }
  }

  /** One job failed, and with it the request. */
  public record Failed(JobOutcome.Failed failure) implements End {}

  /** The time limit passed (504). */
  public record Expired(String message) implements End {}

  /**
   * What is known of one job apart from its predictions.
   *
   * @param timeline stamped up to {@code RETURNED}
   * @param attempt the attempt that answered, or how many were made; 0 when it was never claimed
   * @param workerId the worker of that attempt, empty when there is none
   * @param workerDevice its device, empty when there is none
   * @param batchSize jobs in its forward pass, 0 when there was none
   * @param batchReason why that batch left
   * @param coldStart whether no worker had the model when the job was admitted
   * @param loadNanos how long the worker took to load the model if the job waited for that, else 0
   */
  public record JobReport(
      Timeline timeline,
      int attempt,
      String workerId,
      String workerDevice,
      int batchSize,
      BatchReason batchReason,
      boolean coldStart,
      long loadNanos) {}
}
