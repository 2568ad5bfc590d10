package dev.penstock.worker.claim;

import dev.penstock.telemetry.Ticker;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting at start and at the end, where a thread has nothing else to do. */
final class Patience {
  private static final System.Logger LOG = System.getLogger(Patience.class.getName());
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final Duration PROGRESS = Duration.ofSeconds(5);

  private final Ticker ticker;

  Patience(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Looks until something holds; says what it waits for now and then. Blocks.
   *
   * @return false when it did not come to hold in time
   */
  boolean await(BooleanSupplier condition, Duration longest, String what) {
    return await(condition, longest, () -> what);
  }

  /**
   * As the other, for what is found out when it is said.
   *
   * @param what may block for a moment
   */
  boolean await(BooleanSupplier condition, Duration longest, Supplier<String> what) {
    long started = ticker.nanos();
    long said = started;
    while (!condition.getAsBoolean()) {
      long now = ticker.nanos();
      if (now - started > longest.toNanos()) {
        return false;
      }
      if (now - said > PROGRESS.toNanos()) {
        said = now;
        LOG.log(
            Level.INFO, "{0} ({1} s)", what.get(), TimeUnit.NANOSECONDS.toSeconds(now - started));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }
}
