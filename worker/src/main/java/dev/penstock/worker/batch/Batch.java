package dev.penstock.worker.batch;

import dev.penstock.job.BatchReason;
import java.util.List;

/**
 * Jobs of one model that are executed in one forward pass.
 *
 * @param jobs at least one, at most the model's bound
 * @param reason why it leaves now
 */
record Batch(ResidentModel model, List<ClaimedJob> jobs, BatchReason reason) {
  Batch {
    jobs = List.copyOf(jobs);
  }

  /** Whether nothing may run beside it. */
  boolean alone() {
    return jobs.size() == 1 && jobs.get(0).alone();
  }
}
