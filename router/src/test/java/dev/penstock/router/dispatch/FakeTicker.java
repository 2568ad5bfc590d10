package dev.penstock.router.dispatch;

import dev.penstock.telemetry.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is moved. Starts below zero, as monotonic clocks may. */
public final class FakeTicker implements Ticker {
  private final AtomicLong nanos;

  public FakeTicker() {
    this(-5_000_000_000L);
  }

  public FakeTicker(long startNanos) {
    this.nanos = new AtomicLong(startNanos);
  }

  @Override
  public long nanos() {
    return nanos.get();
  }

  public void advanceNanos(long by) {
    nanos.addAndGet(by);
  }

  public void advanceMillis(long by) {
    advanceNanos(TimeUnit.MILLISECONDS.toNanos(by));
  }
}
