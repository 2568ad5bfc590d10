package dev.penstock.router.dispatch.inflight;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** When a lease counts as lost, and how fast a model has been so far. Safe for any thread. */
public final class LeaseTerms {
  /**
   * A lease not renewed for so long is lost. Workers renew every 250 ms, so six in a row were
   * missed.
   */
  public static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  /** A job that has waited for so long is looked for in its queue. */
  static final long SUSPECT_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  /**
   * A job absent from its queue for so long is offered again: longer than a claim takes to arrive.
   */
  static final long MISSING_NANOS = TimeUnit.MILLISECONDS.toNanos(450);

  /**
   * For so long a job that a worker failed is kept for the others that have its model; after that
   * any worker will do, or one that polls faster than the others could keep it from being run.
   */
  static final long OTHERS_FIRST_NANOS = TimeUnit.SECONDS.toNanos(3);

  /**
   * A worker whose channel only broke has opened another one by then: it tries every 200 ms, and
   * finds a router that is there.
   */
  static final long REJOIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A worker that failed so many jobs in a row is not given any while others can take them. */
  static final int MOST_FAILURES_IN_A_ROW = 3;

  /** For so long; then it may show that it is well again. */
  static final long BENCHED_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long LEAST_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long UNKNOWN_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int LIMIT_FACTOR = 10;
  private static final int MOST_DOUBLINGS = 6;

  private final Map<String, Long> executionNanos = new ConcurrentHashMap<>();

  /** Learns from an execution; recent ones weigh more (exponentially weighted mean, weight 1/8). */
  void executed(String digest, long nanos) {
    executionNanos.merge(digest, nanos, (mean, latest) -> mean + (latest - mean) / 8);
  }

  /**
   * How long a batch may run before its worker counts as hung: ten times what it used to take, at
   * least 2 s, doubled with each attempt.
   *
   * @param attempt counts from 1
   */
  long executionLimitNanos(String digest, int attempt) {
    Long mean = executionNanos.get(digest);
    long limit =
        mean == null ? UNKNOWN_LIMIT_NANOS : Math.max(LEAST_LIMIT_NANOS, LIMIT_FACTOR * mean);
    return limit << Math.min(attempt - 1, MOST_DOUBLINGS);
  }
}
