package dev.penstock.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the dispatcher tells of itself; asked once a scrape. Safe for use by any thread. */
public final class DispatchMetrics {
  private final MetricsRegistry registry;
  private final Supplier<Sample> source;
  private volatile Sample latest = new Sample(0, 0, 0, 0, 0, Map.of(), new Door(0, 0, 0, Map.of()));
  private @Nullable MultiGauge depth;

  /**
   * Metrics of one dispatcher.
   *
   * @param source must not block
   */
  public DispatchMetrics(MetricsRegistry registry, Supplier<Sample> source) {
    this.registry = registry;
    this.source = source;
  }

  /**
   * How the dispatcher stands at one moment.
   *
   * @param inFlight jobs admitted and not answered
   * @param admitted jobs admitted since the start
   * @param answered jobs answered since the start
   * @param reoffered jobs offered again because their attempt was lost, since the start
   * @param late results that came after their job was answered, since the start
   * @param waiting jobs waiting, by canonical model id
   * @param door how admission stands
   */
  public record Sample(
      int inFlight,
      long admitted,
      long answered,
      long reoffered,
      long late,
      Map<String, Integer> waiting,
      Door door) {
    public Sample {
      waiting = Map.copyOf(waiting);
    }
  }

  /**
   * How admission stands.
   *
   * @param bytes memory that bodies, images and unread answers take
   * @param maxBytes most that they may take
   * @param predictedWaitSeconds until all that is in flight has ended
   * @param refused requests not let in since the start, by reason; always the same reasons
   */
  public record Door(
      long bytes, long maxBytes, double predictedWaitSeconds, Map<String, Long> refused) {
    public Door {
      refused = Map.copyOf(refused);
    }
  }

  /** The text of {@code /metrics}, with the dispatcher as it stands now. */
  public CompletableFuture<String> scrape() {
    latest = source.get();
    registry.with(this::update);
    return registry.scrape();
  }

  private synchronized void update(MeterRegistry meters) {
    if (depth == null) {
      depth = register(meters);
    }
    depth.register(
        latest.waiting().entrySet().stream()
            .<MultiGauge.Row<?>>map(
                queue -> MultiGauge.Row.of(Tags.of("model", queue.getKey()), queue.getValue()))
            .toList(),
        true);
  }

  private MultiGauge register(MeterRegistry meters) {
    Gauge.builder("penstock.jobs.in.flight", () -> latest.inFlight())
        .description("jobs admitted and not answered")
        .register(meters);
    count(meters, "penstock.jobs.admitted", "jobs admitted", Sample::admitted);
    count(meters, "penstock.jobs.answered", "jobs answered", Sample::answered);
    count(
        meters, "penstock.reoffers", "jobs offered again after a lost attempt", Sample::reoffered);
    count(meters, "penstock.late.results", "results of jobs answered before", Sample::late);
    registerDoor(meters);
    return MultiGauge.builder("penstock.queue.depth")
        .description("jobs waiting in the queue of a model")
        .register(meters);
  }

  private void registerDoor(MeterRegistry meters) {
    Gauge.builder("penstock.payload", () -> latest.door().bytes())
        .baseUnit("bytes")
        .description("memory that bodies, images and unread answers take")
        .register(meters);
    Gauge.builder("penstock.payload.max", () -> latest.door().maxBytes())
        .baseUnit("bytes")
        .description("most memory that bodies and images may take, and most that answers may")
        .register(meters);
    Gauge.builder("penstock.predicted.wait", () -> latest.door().predictedWaitSeconds())
        .baseUnit("seconds")
        .description("until all jobs in flight have ended")
        .register(meters);
    for (String reason : latest.door().refused().keySet()) {
      FunctionCounter.builder(
              "penstock.refused", this, self -> self.latest.door().refused().get(reason))
          .tag("reason", reason)
          .description("requests that were not let in")
          .register(meters);
    }
  }

  private void count(
      MeterRegistry meters, String name, String what, ToDoubleFunction<Sample> value) {
    FunctionCounter.builder(name, this, self -> value.applyAsDouble(self.latest))
        .description(what)
        .register(meters);
  }
}
