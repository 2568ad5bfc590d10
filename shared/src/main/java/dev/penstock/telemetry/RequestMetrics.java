package dev.penstock.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Counts requests and measures their times, from their records alone.
 *
 * <p>Only ids of known packages, statuses and families of endpoints become labels: what clients
 * send can never add a time series.
 */
public final class RequestMetrics {
  private static final Duration[] TIME_BUCKETS =
      Stream.of(
              1, 2, 5, 10, 20, 35, 50, 75, 100, 200, 350, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);
  private static final Duration[] REFUSAL_BUCKETS =
      Stream.of(100, 250, 500, 1_000, 2_500, 5_000, 10_000, 100_000, 1_000_000)
          .map(micros -> Duration.of(micros, ChronoUnit.MICROS))
          .toArray(Duration[]::new);
  private static final double[] BATCH_BUCKETS =
      DoubleStream.of(1, 2, 4, 8, 16, 32, 64, 128).toArray();

  private final MetricsRegistry registry;

  public RequestMetrics(MetricsRegistry registry) {
    this.registry = registry;
  }

  public void record(RequestRecord request) {
    registry.with(meters -> record(meters, request));
  }

  private static void record(MeterRegistry meters, RequestRecord request) {
    Counter.builder("penstock.requests")
        .description("answered requests")
        .tag("route", request.call().route())
        .tag("status", Integer.toString(request.status()))
        .register(meters)
        .increment();
    String refusal = refusal(request.status());
    if (request.retryAfterSeconds() > 0) {
      Timer.builder("penstock.refusal")
          .description("from the parsed head to the refusal")
          .tag("kind", refusal)
          .serviceLevelObjectives(REFUSAL_BUCKETS)
          .register(meters)
          .record(atLeastZero(request.timings().total()), TimeUnit.NANOSECONDS);
    }
    if (request.model() == null) {
      return;
    }
    String model = request.model().canonical();
    if (!refusal.isEmpty()) {
      Counter.builder("penstock.refusals")
          .description("requests that were not served in time or not at all")
          .tag("kind", refusal)
          .tag("model", model)
          .register(meters)
          .increment();
    }
    time(meters, "penstock.processing", "from the parsed head to the answer", model)
        .record(atLeastZero(request.timings().total()), TimeUnit.NANOSECONDS);
    var run = request.run();
    if (run == null || run.attempt() == 0) {
      return;
    }
    time(meters, "penstock.queue", "waiting for something to become free", model)
        .record(atLeastZero(request.timings().queue()), TimeUnit.NANOSECONDS);
    time(meters, "penstock.execution", "decode, preprocess, inference, postprocess", model)
        .record(atLeastZero(request.timings().execution()), TimeUnit.NANOSECONDS);
    if (run.batchSize() > 0) {
      DistributionSummary.builder("penstock.batch.size")
          .description("jobs in the forward pass of a request")
          .tag("model", model)
          .serviceLevelObjectives(BATCH_BUCKETS)
          .register(meters)
          .record(run.batchSize());
    }
  }

  private static Timer time(MeterRegistry meters, String name, String what, String model) {
    return Timer.builder(name)
        .description(what)
        .tag("model", model)
        .serviceLevelObjectives(TIME_BUCKETS)
        .register(meters);
  }

  private static long atLeastZero(long nanos) {
    return Math.max(0, nanos);
  }

  private static String refusal(int status) {
    return switch (status) {
      case 429 -> "too_much";
      case 503 -> "cannot_serve";
      case 504 -> "expired";
      default -> "";
    };
  }
}
