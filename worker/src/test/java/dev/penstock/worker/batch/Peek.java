package dev.penstock.worker.batch;

/** What tests of other packages want to know of a job. */
public final class Peek {
  private Peek() {}

  public static long heldSinceNanos(ClaimedJob job) {
    return job.heldSinceNanos();
  }

  public static boolean isWorthStarting(ClaimedJob job, long nowNanos) {
    return job.worthStarting(nowNanos);
  }
}
