package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceEndpointsTest {
  private TestApi api;

  @BeforeEach
  void start() {
    api = new TestApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void says_what_it_is() {
    assertThat(api.get("/info").json())
        .isEqualTo(
            new JsonObject()
                .put("name", "Penstock")
                .put("version", "1.2.3")
                .put("commit", "98cc0ef12ab3")
                .put("build", "cpu")
                .put("onnxruntime", "1.29.0")
                .put("uuid", "0f0e"));
    assertThat(api.get("/").status()).isEqualTo(200);
    assertThat(api.get("/healthz").json()).isEqualTo(new JsonObject().put("status", "healthy"));
  }

  @Test
  void is_ready_while_a_warm_worker_is_there_and_it_is_not_draining() {
    assertThat(api.get("/readiness").status()).isEqualTo(200);
    api.dispatcher.ready = false;
    assertThat(api.get("/readiness").status()).isEqualTo(503);
    api.dispatcher.ready = true;
    api.api.drain();
    var draining = api.get("/readiness");
    assertThat(draining.status()).isEqualTo(503);
    assertThat(draining.json()).isEqualTo(new JsonObject().put("status", "not ready"));
    assertThat(draining.header("Connection")).isEqualTo("close");
    assertThat(api.get("/healthz").status()).isEqualTo(200);
  }

  @Test
  void probes_may_use_head() {
    var reply = api.send("HEAD", "/readiness", BodyPublishers.noBody());
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEmpty();
    api.dispatcher.ready = false;
    assertThat(api.send("HEAD", "/readiness", BodyPublishers.noBody()).status()).isEqualTo(503);
  }

  @Test
  void status_lists_models_and_why_others_are_refused() {
    JsonObject status = api.get("/status").json();
    assertThat(status.fieldNames()).contains("routers", "workers", "queues", "models");
    JsonArray models = status.getJsonArray("models");
    assertThat(models.getJsonObject(0).getString("model_id")).isEqualTo("coco/1");
    assertThat(models.getJsonObject(0).getBoolean("loaded")).isTrue();
    assertThat(models.getJsonObject(1).getBoolean("loaded")).isFalse();
    assertThat(models.getJsonObject(models.size() - 1))
        .isEqualTo(
            new JsonObject()
                .put("model_id", "broken/1")
                .put("refused", "it has no weights: add weights.onnx"));
  }

  @Test
  void metrics_count_what_was_answered_by_known_labels_only() {
    api.post("/coco/1", BASE64, "Content-Type", "text/plain");
    api.post("/yolo-small/1", BASE64, "Content-Type", "text/plain");
    var reply = api.get("/metrics");
    assertThat(reply.header("Content-Type")).startsWith("text/plain; version=0.0.4");
    assertThat(reply.text())
        .contains("penstock_requests_total{route=\"legacy\",status=\"200\"} 1")
        .contains("penstock_requests_total{route=\"legacy\",status=\"404\"} 1")
        .contains("penstock_queue_seconds_bucket{model=\"coco/1\",le=\"0.001\"} 1")
        .contains("penstock_execution_seconds_count{model=\"coco/1\"} 1")
        .contains("penstock_processing_seconds_count{model=\"coco/1\"} 1")
        .contains("penstock_batch_size_sum{model=\"coco/1\"} 4.0")
        .contains("penstock_queue_depth{model=\"coco/1\"} 7.0")
        .contains("penstock_jobs_in_flight 3.0")
        .contains("penstock_reoffers_total 2.0")
        .doesNotContain("yolo-small");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /a/b/c, 405, Method Not Allowed",
    "POST, /a/b/c/d, 405, Method Not Allowed",
    "GET, /a/b/c, 404, Not Found",
    "GET, /nothing, 404, Not Found",
    "DELETE, /coco/1, 405, Method Not Allowed",
    "PUT, /model/add, 405, Method Not Allowed",
    "GET, /infer/workflows/ws/id, 404, Not Found",
  })
  void unknown_paths_are_told_apart_from_wrong_methods(
      String method, String path, int status, String detail) {
    var reply = api.send(method, path, BodyPublishers.ofString("x"));
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.json()).isEqualTo(new JsonObject().put("detail", detail));
    assertThat(reply.header("X-Processing-Time")).isNotEmpty();
  }
}
