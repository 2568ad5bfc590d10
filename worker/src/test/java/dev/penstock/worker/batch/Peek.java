package dev.penstock.worker.batch;

/** What tests of other packages want to know of a job. */
public final class Peek {
  private Peek() {}

  public static long heldSinceNanos(ClaimedJob job) {
    return job.heldSinceNanos();
  }

  /** Whether a job waits for the device. */
  public static boolean hasWaiting(NextBatch next) {
    return next.startableNow();
  }

  public static boolean isWorthStarting(ClaimedJob job, long nowNanos) {
    return job.worthStarting(nowNanos);
  }
}
