package dev.penstock.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Connections of clients; asked once a scrape. Safe for use by any thread. */
public final class ConnectionMetrics {
  private final MetricsRegistry registry;
  private final Supplier<Number> open;
  private final Supplier<Number> refused;
  private final Supplier<Number> brokenOff;
  private final AtomicBoolean registered = new AtomicBoolean();

  /**
   * Metrics of one listener.
   *
   * @param open connections now
   * @param refused connections closed unread since the start
   * @param brokenOff answers broken off since the start because nobody took them
   */
  public ConnectionMetrics(
      MetricsRegistry registry,
      Supplier<Number> open,
      Supplier<Number> refused,
      Supplier<Number> brokenOff) {
    this.registry = registry;
    this.open = open;
    this.refused = refused;
    this.brokenOff = brokenOff;
  }

  /** To be called once there is something to tell; the registry takes its time to be built. */
  public void register() {
    if (!registered.compareAndSet(false, true)) {
      return;
    }
    registry.with(
        meters -> {
          Gauge.builder("penstock.connections", open)
              .description("Connections of clients")
              .register(meters);
          FunctionCounter.builder(
                  "penstock.connections.refused", refused, source -> source.get().doubleValue())
              .description("Connections closed unread because there were too many")
              .register(meters);
          FunctionCounter.builder(
                  "penstock.answers.broken.off", brokenOff, source -> source.get().doubleValue())
              .description("Answers broken off because their clients took them too slowly")
              .register(meters);
        });
  }
}
