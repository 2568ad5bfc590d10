package dev.penstock.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Prometheus registry of one router. It is built by the first use, on a thread of its own:
 * loading its classes takes longer than answering a request, and start-up does not wait for it.
 * What is recorded meanwhile waits in order. Safe for use by any thread; never blocks.
 */
public final class MetricsRegistry {
  private final Queue<Consumer<PrometheusMeterRegistry>> waiting = new ArrayDeque<>();
  private @Nullable PrometheusMeterRegistry registry;
  private boolean building;

  /** Runs the action with the registry, now or as soon as it is built. */
  public void with(Consumer<MeterRegistry> action) {
    run(action::accept);
  }

  /** The text of {@code /metrics}, with all that was recorded before. */
  public CompletableFuture<String> scrape() {
    var text = new CompletableFuture<String>();
    run(
        built -> {
          try {
            text.complete(built.scrape());
          } catch (RuntimeException e) {
            text.completeExceptionally(e);
          }
        });
    return text;
  }

  private void run(Consumer<PrometheusMeterRegistry> action) {
    PrometheusMeterRegistry built;
    synchronized (this) {
      built = registry;
      if (built == null) {
        waiting.add(action);
        startBuilding();
        return;
      }
    }
    action.accept(built);
  }

  private synchronized void startBuilding() {
    if (!building) {
      building = true;
      var builder = new Thread(this::build, "penstock-metrics");
      builder.setDaemon(true);
      builder.start();
    }
  }

  private void build() {
    var built = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    for (var next = next(built); next != null; next = next(built)) {
      next.accept(built);
    }
  }

  /** What waits next; when nothing does, the registry is open to all. */
  private synchronized @Nullable Consumer<PrometheusMeterRegistry> next(
      PrometheusMeterRegistry built) {
    if (waiting.isEmpty()) {
      registry = built;
    }
    return waiting.poll();
  }
}
