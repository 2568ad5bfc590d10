package dev.penstock.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Prometheus registry of one router. It is built by the first use, on a thread of its own:
 * loading its classes takes longer than answering a request, and start-up does not wait for it.
 * What is recorded meanwhile is kept. Safe for use by any thread; never blocks.
 */
public final class MetricsRegistry {
  private @Nullable CompletableFuture<PrometheusMeterRegistry> registry;

  /** Runs the action with the registry, now or as soon as it is built. */
  public void with(Consumer<MeterRegistry> action) {
    var unused = registry().thenAccept(action);
  }

  /** The text of {@code /metrics}. */
  public CompletableFuture<String> scrape() {
    return registry().thenApply(PrometheusMeterRegistry::scrape);
  }

  private synchronized CompletableFuture<PrometheusMeterRegistry> registry() {
    if (registry == null) {
      var building = new CompletableFuture<PrometheusMeterRegistry>();
      var builder =
          new Thread(
              () ->
                  building.completeAsync(
                      () -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), Runnable::run),
              "penstock-metrics");
      builder.setDaemon(true);
      builder.start();
      registry = building;
    }
    return registry;
  }
}
