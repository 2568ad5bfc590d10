package dev.penstock.router.dispatch;

import dev.penstock.job.JobOutcome;

/** What became of a request at the door. */
public sealed interface Admission {

  /**
   * All its jobs are in flight; the listener will be called exactly once, unless it is cancelled
   * first.
   */
  non-sealed interface Admitted extends Admission {
    /**
     * The client is gone: frees its place at once. What was not started never reaches a device.
     * Idempotent.
     */
    void cancel();
  }

  /** It is not let in now. */
  sealed interface Refused extends Admission {
    /** When to try again; at least 1. */
    int retryAfterSeconds();

    /** What happened and what to do. */
    String message();
  }

  /**
   * More than this router takes at once (429).
   *
   * @param retryAfterSeconds when there will be room, computed from the drain rate; at least 1
   */
  record TooMuch(int retryAfterSeconds, String message) implements Refused {}

  /**
   * Nobody could run it (503).
   *
   * @param retryAfterSeconds when to try again; at least 1
   */
  record CannotServe(int retryAfterSeconds, String message) implements Refused {}

  /**
   * No worker can load the model (500).
   *
   * @param failure the reason, for the client
   */
  record Unloadable(JobOutcome.Failed failure) implements Admission {}
}
