package dev.penstock.router.admission;

import dev.penstock.telemetry.Ticker;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** How many jobs end per second, over the last seconds. Thread-safe. */
public final class DrainRate {
  private static final int SECONDS = 5;
  private static final int LONGEST_WAIT_SECONDS = 60;

  private final Ticker ticker;
  private final long originNanos;
  private final long[] ended = new long[SECONDS + 1];
  private long second;

  public DrainRate(Ticker ticker) {
    this.ticker = ticker;
    this.originNanos = ticker.nanos();
  }

  /** So many jobs have ended now. */
  public synchronized void ended(int jobs) {
    advance();
    ended[slot(second)] += jobs;
  }

  /**
   * In how many whole seconds so many jobs will have ended, rounded up; 1 to 60.
   *
   * @param jobs what has to go first
   */
  public synchronized int secondsFor(int jobs) {
    advance();
    long total = Arrays.stream(ended).sum() - ended[slot(second)];
    double perSecond = (double) total / SECONDS;
    if (perSecond == 0) {
      return jobs == 0 ? 1 : SECONDS;
    }
    return (int) Math.max(1, Math.min(LONGEST_WAIT_SECONDS, Math.ceil(jobs / perSecond)));
  }

  private void advance() {
    long now = currentSecond();
    for (; second < now; second++) {
      if (now - second > ended.length) {
        second = now - ended.length;
      }
      ended[slot(second + 1)] = 0;
    }
  }

  private int slot(long ofSecond) {
    return (int) Math.floorMod(ofSecond, (long) ended.length);
  }

  private long currentSecond() {
    return TimeUnit.NANOSECONDS.toSeconds(ticker.nanos() - originNanos);
  }
}
