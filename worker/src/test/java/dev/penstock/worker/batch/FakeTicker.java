package dev.penstock.worker.batch;

import dev.penstock.telemetry.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is moved. Starts below zero, as monotonic clocks may. */
public final class FakeTicker implements Ticker {
  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);

  @Override
  public long nanos() {
    return nanos.get();
  }

  public void advanceMillis(long by) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(by));
  }
}
