package dev.penstock.worker.shelf;

import dev.penstock.telemetry.Ticker;

/** When a job of a model came or ended last. Safe for any thread. */
final class Uses {
  private final Ticker ticker;
  private volatile long lastNanos;
  private volatile boolean any;

  Uses(Ticker ticker) {
    this.ticker = ticker;
  }

  void now() {
    lastNanos = ticker.nanos();
    any = true;
  }

  boolean any() {
    return any;
  }

  long lastNanos() {
    return lastNanos;
  }
}
