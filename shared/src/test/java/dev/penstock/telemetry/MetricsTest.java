package dev.penstock.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
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
  void refusals_are_timed_finely() throws Exception {
    new RequestMetrics(registry).record(Records.refused(429, 1));
    assertThat(registry.scrape().get())
        .contains("penstock_refusal_seconds_count{kind=\"too_much\"} 1")
        .contains("penstock_refusal_seconds_bucket{kind=\"too_much\",le=\"0.001\"}");
  }
}
