package dev.penstock.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final MetricsRegistry registry = new MetricsRegistry();

  @Test
  void what_is_recorded_before_the_registry_is_built_is_kept() throws Exception {
    var requests = new RequestMetrics(registry);
    for (int i = 0; i < 5; i++) {
      requests.record(Records.answered("/coco/1", 200, "coco/1"));
    }
    assertThat(registry.scrape().get())
        .contains("penstock_requests_total{route=\"legacy\",status=\"200\"} 5.0");
  }

  @Test
  void times_are_in_seconds_by_model() throws Exception {
    new RequestMetrics(registry).record(Records.answered("/coco/1", 200, "coco/1"));
    assertThat(registry.scrape().get())
        .contains("penstock_processing_seconds_sum{model=\"coco/1\"} 0.0455")
        .contains("penstock_queue_seconds_sum{model=\"coco/1\"} 0.002")
        .contains("penstock_execution_seconds_sum{model=\"coco/1\"} 0.026")
        .contains("penstock_execution_seconds_bucket{model=\"coco/1\",le=\"0.035\"} 1")
        .contains("penstock_execution_seconds_bucket{model=\"coco/1\",le=\"0.02\"} 0")
        .contains("penstock_batch_size_bucket{model=\"coco/1\",le=\"8.0\"} 1");
  }

  @Test
  void requests_without_a_model_add_no_series_of_models() throws Exception {
    new RequestMetrics(registry).record(Records.refused(503, 1));
    assertThat(registry.scrape().get())
        .contains("penstock_requests_total{route=\"service\",status=\"503\"} 1.0")
        .doesNotContain("model=")
        .doesNotContain("penstock_refusals");
  }

  @Test
  void the_dispatcher_is_shown_as_it_stands_at_each_scrape() throws Exception {
    var sample =
        new AtomicReference<>(
            new DispatchMetrics.Sample(3, 10, 7, 1, 0, Map.of("a/1", 2, "b/1", 1), door(5)));
    var metrics = new DispatchMetrics(registry, sample::get);
    assertThat(metrics.scrape().get())
        .contains("penstock_jobs_in_flight 3.0")
        .contains("penstock_jobs_admitted_total 10.0")
        .contains("penstock_reoffers_total 1.0")
        .contains("penstock_refused_total{reason=\"wait\"} 5.0")
        .contains("penstock_payload_bytes 7.0")
        .contains("penstock_payload_max_bytes 100.0")
        .contains("penstock_predicted_wait_seconds 0.25")
        .contains("penstock_queue_depth{model=\"b/1\"} 1.0");
    sample.set(new DispatchMetrics.Sample(0, 11, 11, 2, 1, Map.of("a/1", 5), door(6)));
    assertThat(metrics.scrape().get())
        .contains("penstock_jobs_in_flight 0.0")
        .contains("penstock_late_results_total 1.0")
        .contains("penstock_refused_total{reason=\"wait\"} 6.0")
        .contains("penstock_queue_depth{model=\"a/1\"} 5.0")
        .doesNotContain("b/1");
  }

  private static DispatchMetrics.Door door(long refused) {
    return new DispatchMetrics.Door(7, 100, 0.25, Map.of("wait", refused));
  }

  @Test
  void what_cannot_be_recorded_costs_nothing_else() throws Exception {
    var requests = new RequestMetrics(registry);
    for (int round = 0; round < 2; round++) {
      registry.with(
          meters -> {
            throw new IllegalStateException("no such meter");
          });
      registry.with(
          meters -> {
            throw new NoClassDefFoundError("one of its classes");
          });
      requests.record(Records.answered("/coco/1", 200, "coco/1"));
      assertThat(registry.scrape().get(10, TimeUnit.SECONDS))
          .describedAs(round == 0 ? "while it is built" : "afterwards")
          .contains("status=\"200\"} " + (round + 1) + ".0");
    }
  }

  @Test
  void a_registry_that_cannot_be_built_collects_nothing_and_is_tried_again_by_a_scrape()
      throws Exception {
    var builds = new AtomicInteger();
    var broken = new MetricsRegistry(() -> built(builds.incrementAndGet()));
    var requests = new RequestMetrics(broken);
    assertThatThrownBy(() -> broken.scrape().get(10, TimeUnit.SECONDS))
        .hasRootCauseMessage("no memory for it");
    for (int i = 0; i < 1_000; i++) {
      requests.record(Records.answered("/coco/1", 200, "coco/1"));
    }
    assertThat(builds).hasValue(1);
    assertThat(broken.scrape().get(10, TimeUnit.SECONDS)).isNotNull();
    requests.record(Records.answered("/coco/1", 200, "coco/1"));
    assertThat(broken.scrape().get(10, TimeUnit.SECONDS)).contains("status=\"200\"} 1.0");
  }

  private static PrometheusMeterRegistry built(int attempt) {
    if (attempt == 1) {
      throw new OutOfMemoryError("no memory for it");
    }
    return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  }

  @Test
  void what_waits_for_a_registry_is_bounded() throws Exception {
    var slow = new CountDownLatch(1);
    var recorded = new AtomicInteger();
    var late =
        new MetricsRegistry(
            () -> {
              try {
                slow.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            });
    var text = late.scrape();
    for (int i = 0; i < 2 * MetricsRegistry.MOST_WAITING; i++) {
      late.with(meters -> recorded.incrementAndGet());
    }
    slow.countDown();
    text.get(10, TimeUnit.SECONDS);
    late.scrape().get(10, TimeUnit.SECONDS);

    assertThat(recorded).hasValue(MetricsRegistry.MOST_WAITING - 1);
  }

  @Test
  void refusals_are_timed_finely() throws Exception {
    new RequestMetrics(registry).record(Records.refused(429, 1));
    assertThat(registry.scrape().get())
        .contains("penstock_refusal_seconds_count{kind=\"too_much\"} 1")
        .contains("penstock_refusal_seconds_bucket{kind=\"too_much\",le=\"0.001\"}");
  }
}
