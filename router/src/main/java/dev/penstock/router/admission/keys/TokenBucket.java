package dev.penstock.router.admission.keys;

import dev.penstock.telemetry.Ticker;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket: full at first, refilled at a steady rate, so that no span of time sees more than
 * what it refills and one bucket. Safe for use by any thread.
 *
 * <p>Instead of a level that would have to be brought up to date, it keeps when the bucket will be
 * full again (the <i>virtual scheduling</i> form of ITU-T I.371's generic cell rate algorithm):
 * whole nanoseconds, one compare-and-set, and who waited as long as he was told is never refused
 * for a rounding error.
 */
final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Ticker ticker;
  private final long tokenNanos;
  private final long bucketNanos;
  private final AtomicLong fullAt;

  /**
   * @param perSecond tokens that come back each second
   * @param size tokens of a full bucket
   */
  TokenBucket(double perSecond, int size, Ticker ticker) {
    this.ticker = ticker;
    this.tokenNanos = (long) Math.ceil(NANOS_PER_SECOND / perSecond);
    this.bucketNanos = tokenNanos * size;
    this.fullAt = new AtomicLong(ticker.nanos());
  }

  /**
   * Takes tokens when there are enough.
   *
   * @param tokens not more than a full bucket has
   * @return 0 when they were taken, else nanoseconds until there are enough unless others take them
   */
  long take(int tokens) {
    while (true) {
      long known = fullAt.get();
      long now = ticker.nanos();
      long after = later(known, now) + tokens * tokenNanos;
      long wait = after - now - bucketNanos;
      if (wait > 0) {
        return wait;
      }
      if (fullAt.compareAndSet(known, after)) {
        return 0;
      }
    }
  }

  /** Nanoseconds until there is one token; 0 when there is. Takes none. */
  long untilOne() {
    long now = ticker.nanos();
    return Math.max(0, later(fullAt.get(), now) + tokenNanos - now - bucketNanos);
  }

  /** Tickers may pass from the largest number to the smallest. */
  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }
}
