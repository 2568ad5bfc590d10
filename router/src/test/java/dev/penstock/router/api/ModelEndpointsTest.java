package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.dispatch.Dispatcher;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelEndpointsTest {
  private TestApi api;

  @BeforeEach
  void start() {
    var settings = new TestApi.Settings();
    settings.preload = List.of("parts/7", "unknown/1");
    api = new TestApi(settings);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void lists_what_is_preloaded_and_keeps_the_nulls() {
    JsonObject registry = api.get("/model/registry?api_key=None").json();
    assertThat(registry.fieldNames())
        .containsExactlyInAnyOrder(
            "models",
            "total_vram_bytes",
            "gpu_memory_used",
            "gpu_memory_total",
            "torch_cuda_allocated",
            "torch_cuda_reserved",
            "torch_cuda_allocator_cache",
            "non_torch_gpu_memory");
    JsonObject model = registry.getJsonArray("models").getJsonObject(0);
    assertThat(model.fieldNames())
        .containsExactlyInAnyOrder(
            "model_id",
            "task_type",
            "batch_size",
            "input_height",
            "input_width",
            "vram_bytes",
            "request_aliases",
            "request_paths");
    assertThat(ids(registry)).containsExactly("parts/7");
  }

  @Test
  void a_load_that_takes_longer_than_its_client_allows_is_answered_and_goes_on() {
    Promise<Long> loading = Promise.promise();
    api.dispatcher.load = loading.future();
    var reply =
        api.post(
            "/model/add",
            "{\"model_id\":\"coco/1\"}",
            "Content-Type",
            "application/json",
            "X-Request-Timeout",
            "1");
    assertThat(reply.status()).isEqualTo(504);
    assertThat(api.dispatcher.loaded).containsExactly("coco/1");
    loading.complete(1_000L);
  }

  @Test
  void an_added_model_is_loaded_and_listed_under_the_id_of_the_client() {
    api.dispatcher.load = Future.succeededFuture(1_830_000_000L);
    var reply = add("{\"model_id\":\"yolo-small\",\"api_key\":\"k\"}");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(ids(reply.json())).containsExactly("parts/7", "yolo-small");
    assertThat(api.dispatcher.loaded).containsExactly("coco/1");
    assertThat(reply.header("X-Model-Cold-Start")).isEqualTo("true");
    assertThat(reply.header("X-Model-Cold-Start-Count")).isEqualTo("1");
    assertThat(reply.header("X-Model-Load-Time")).isEqualTo("1.830000");
    JsonObject details = new JsonArray(reply.header("X-Model-Load-Details")).getJsonObject(0);
    assertThat(details.getString("m")).isEqualTo("yolo-small");
    assertThat(details.getDouble("t")).isEqualTo(1.83);
    JsonObject model = reply.json().getJsonArray("models").getJsonObject(1);
    assertThat(model.getJsonArray("request_paths")).containsExactly("/model/add");
    assertThat(model.getJsonArray("request_aliases")).containsExactly("yolo-small");
  }

  @Test
  void a_used_model_is_listed() {
    assertThat(api.post("/coco/1", TestApi.BASE64, "Content-Type", "text/plain").status())
        .isEqualTo(200);
    assertThat(ids(api.get("/model/registry").json())).containsExactly("parts/7", "coco/1");
  }

  @Test
  void removing_forgets_the_id_and_unloads_when_no_other_id_means_the_model() {
    add("{\"model_id\":\"yolo-small\"}");
    add("{\"model_id\":\"coco/1\"}");
    assertThat(ids(remove("coco/1").json())).containsExactly("parts/7", "yolo-small");
    assertThat(api.dispatcher.unloaded).isEmpty();
    assertThat(ids(remove("yolo-small").json())).containsExactly("parts/7");
    assertThat(api.dispatcher.unloaded).containsExactly("coco/1");
    assertThat(remove("nobody/9").status()).isEqualTo(200);
  }

  @Test
  void clearing_empties_the_list_with_or_without_a_body() {
    add("{\"model_id\":\"coco/1\"}");
    assertThat(ids(api.post("/model/clear", "").json())).isEmpty();
    assertThat(api.dispatcher.unloaded).containsExactlyInAnyOrder("parts/7", "coco/1");
    assertThat(ids(api.post("/model/clear", "{}").json())).isEmpty();
    assertThat(ids(api.get("/model/registry").json())).isEmpty();
  }

  @Test
  void adding_waits_for_the_worker() {
    Promise<Long> loading = Promise.promise();
    api.dispatcher.load = loading.future();
    var reply = CompletableFuture.supplyAsync(() -> add("{\"model_id\":\"coco/1\"}"));
    new Thread(() -> loading.complete(0L)).start();
    assertThat(reply.join().status()).isEqualTo(200);
    assertThat(reply.join().header("X-Model-Cold-Start")).isEqualTo("false");
  }

  @Test
  void says_why_a_model_cannot_be_added() {
    assertThat(add("{\"model_id\":\"nobody/1\"}").status()).isEqualTo(404);
    assertThat(add("{\"model_id\":\"a/b/c\"}").status()).isEqualTo(400);
    assertThat(add("{\"model_id\":null}").status()).isEqualTo(422);
    assertThat(add("{}").locations()).containsExactly(List.of("body", "model_id"));
    assertThat(add("not json").status()).isEqualTo(422);

    api.dispatcher.load =
        Future.failedFuture(new Dispatcher.LoadFailure(false, "opset 99 is not known"));
    var broken = add("{\"model_id\":\"coco/1\"}");
    assertThat(broken.status()).isEqualTo(500);
    assertThat(broken.message()).isEqualTo("Model loading failed: coco/1: opset 99 is not known");

    api.dispatcher.load =
        Future.failedFuture(new Dispatcher.LoadFailure(true, "no worker: start one"));
    var alone = add("{\"model_id\":\"coco/1\"}");
    assertThat(alone.status()).isEqualTo(503);
    assertThat(alone.header("Retry-After")).isEqualTo("1");
    assertThat(ids(api.get("/model/registry").json())).containsExactly("parts/7");
  }

  private TestApi.Reply add(String body) {
    return api.post("/model/add", body, "Content-Type", "application/json");
  }

  private TestApi.Reply remove(String id) {
    return api.post("/model/remove", new JsonObject().put("model_id", id).encode());
  }

  private static List<String> ids(JsonObject registry) {
    return registry.getJsonArray("models").stream()
        .map(model -> ((JsonObject) model).getString("model_id"))
        .toList();
  }
}
