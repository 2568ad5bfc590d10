package dev.penstock.router.admission;

import dev.penstock.telemetry.Ticker;
import java.util.concurrent.TimeUnit;

/**
 * How much work the devices get done in a second for this router when they have all they can do.
 * Thread-safe by the lock of the {@link AdmissionControl}.
 *
 * <p>What ends per second is the capacity only while something waits; at other times it is merely
 * what arrives, and a burst after a quiet hour would be judged by the quiet hour. So time counts
 * only between two ends with jobs waiting throughout, and the rate is the work that ended over that
 * time. Both are forgotten exponentially. As long as no such time was seen, or it was long ago,
 * nothing is known, and who knows nothing refuses nobody.
 *
 * <p>The time since the last end counts too, so that the rate falls while devices hang. What
 * expired or was given up is no work done: counting it would make an overloaded router think itself
 * fast, admit more, and let more expire.
 */
final class DrainRate {
  /** After that long what was seen counts 1/e. */
  private static final double MEMORY_SECONDS = 5;

  /** What was seen longer ago says nothing: workers come and go. */
  private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Jobs of one batch end together; over less time than this they would seem many. */
  private static final double LEAST_SECONDS = 0.05;

  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Ticker ticker;
  private double work;
  private double seconds;
  private long sampledNanos;
  private boolean busy;
  private long endedNanos;

  DrainRate(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Work has been done now.
   *
   * @param done how much
   * @param waiting whether jobs wait for a device at this moment
   */
  void ended(double done, boolean waiting) {
    long now = ticker.nanos();
    if (busy && waiting) {
      double kept = Math.exp(-(now - sampledNanos) / NANOS / MEMORY_SECONDS);
      work = work * kept + done;
      seconds = seconds * kept + (now - endedNanos) / NANOS;
      sampledNanos = now;
    }
    busy = waiting;
    endedNanos = now;
  }

  /** Nothing waits any more. */
  void idle() {
    busy = false;
  }

  /** Work per second; 0 while it is not known. */
  double perSecond() {
    long now = ticker.nanos();
    if (seconds < LEAST_SECONDS) {
      return 0;
    }
    if (busy) {
      return work / (seconds + (now - endedNanos) / NANOS);
    }
    return now - sampledNanos > STALE_NANOS ? 0 : work / seconds;
  }
}
