package dev.penstock.router.dispatch;

import dev.penstock.telemetry.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is moved. Starts below zero, as monotonic clocks may. */
final class FakeTicker implements Ticker {
  private final AtomicLong nanos;

  FakeTicker() {
    this(-5_000_000_000L);
  }

  FakeTicker(long startNanos) {
    this.nanos = new AtomicLong(startNanos);
  }

  @Override
  public long nanos() {
    return nanos.get();
  }

  void advanceNanos(long by) {
    nanos.addAndGet(by);
  }

  void advanceMillis(long by) {
    advanceNanos(TimeUnit.MILLISECONDS.toNanos(by));
  }
}
