package dev.penstock.worker.batch;

import dev.penstock.job.AttemptResult;
import java.util.List;

/** Takes jobs as they leave the lanes. Called on lanes and their helpers; must not block. */
public interface Departures {
  /** A job has its result. */
  void ended(ClaimedJob job, AttemptResult result);

  /** Jobs of a batch on a device that has proved sick: others may run them. */
  void givenUp(List<ClaimedJob> jobs);

  /** A job is not executed, or not any further, and nobody is told. */
  void dropped(ClaimedJob job, String reason);
}
