package dev.penstock.it.kit;

import dev.penstock.telemetry.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, with a deadline. */
public final class Await {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private Await() {}

  /**
   * Looks until it holds.
   *
   * @param what completes the sentence "within that time this did not happen: ..."
   * @return how long it took
   */
  public static Duration until(String what, Duration patience, BooleanSupplier condition) {
    return until(() -> what, patience, condition);
  }

  /** As {@link #until(String, Duration, BooleanSupplier)}, asking what was seen only at the end. */
  public static Duration until(
      Supplier<String> what, Duration patience, BooleanSupplier condition) {
    long started = Ticker.SYSTEM.nanos();
    while (!condition.getAsBoolean()) {
      if (Ticker.SYSTEM.nanos() - started > patience.toNanos()) {
        throw new AssertionError(
            "within " + patience.toMillis() + " ms this did not happen: " + what.get());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return Duration.ofNanos(Ticker.SYSTEM.nanos() - started);
  }

  /** Lets that much time pass: for what is to last, never for what is to happen. */
  public static void pass(Duration duration) {
    long started = Ticker.SYSTEM.nanos();
    until(
        "time passes",
        duration.multipliedBy(2),
        () -> Ticker.SYSTEM.nanos() - started >= duration.toNanos());
  }
}
