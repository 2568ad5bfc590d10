package dev.penstock.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the dispatcher tells of itself beside its answers. Safe for use by any thread; never blocks.
 */
public final class DispatchMetrics {
  private final MetricsRegistry registry;
  private final AtomicReference<@Nullable Gauges> gauges = new AtomicReference<>();

  public DispatchMetrics(MetricsRegistry registry) {
    this.registry = registry;
  }

  /** A job of a lost attempt was offered again. */
  public void reoffered(String model) {
    count("penstock.reoffers", "jobs offered again after their attempt was lost", model);
  }

  /** A result came for a job that was answered before, and was dropped. */
  public void lateResult(String model) {
    count("penstock.late.results", "results that came after their job was answered", model);
  }

  /**
   * Says where the gauges come from. They are read once a scrape, not more often.
   *
   * @param inFlight jobs admitted and not answered
   * @param queueDepths jobs waiting, by canonical model id; must not block
   */
  public void observe(IntSupplier inFlight, Supplier<Map<String, Integer>> queueDepths) {
    gauges.set(new Gauges(inFlight, queueDepths));
  }

  /** The text of {@code /metrics} with the gauges as they stand now. */
  public CompletableFuture<String> scrape() {
    Gauges source = gauges.get();
    if (source != null) {
      registry.with(meters -> source.register(meters));
    }
    return registry.scrape();
  }

  private void count(String name, String what, String model) {
    registry.with(
        meters ->
            Counter.builder(name)
                .description(what)
                .tag("model", model)
                .register(meters)
                .increment());
  }

  /** Where the gauges come from, and the rows of the last scrape. */
  private static final class Gauges {
    private final IntSupplier inFlight;
    private final Supplier<Map<String, Integer>> queueDepths;
    private @Nullable MultiGauge depth;

    Gauges(IntSupplier inFlight, Supplier<Map<String, Integer>> queueDepths) {
      this.inFlight = inFlight;
      this.queueDepths = queueDepths;
    }

    synchronized void register(io.micrometer.core.instrument.MeterRegistry meters) {
      if (depth == null) {
        Gauge.builder("penstock.jobs.in.flight", inFlight::getAsInt)
            .description("jobs admitted and not answered")
            .register(meters);
        depth =
            MultiGauge.builder("penstock.queue.depth")
                .description("jobs waiting in the queue of a model")
                .register(meters);
      }
      depth.register(
          queueDepths.get().entrySet().stream()
              .<MultiGauge.Row<?>>map(
                  queue -> MultiGauge.Row.of(Tags.of("model", queue.getKey()), queue.getValue()))
              .toList(),
          true);
    }
  }
}
