package dev.penstock.worker.engine;

import dev.penstock.job.JobOutcome;

/**
 * Thrown when one image cannot be used. Its batch mates are not concerned. Expected, so it carries
 * no stack trace.
 */
public final class BadInputException extends Exception {
  private static final long serialVersionUID = 1L;

  private final JobOutcome.Failed failure;

  public BadInputException(JobOutcome.Reason reason, String message) {
    super(message, null, false, false);
    this.failure = new JobOutcome.Failed(reason, message);
  }

  /** What the client is told. */
  public JobOutcome.Failed failure() {
    return failure;
  }
}
