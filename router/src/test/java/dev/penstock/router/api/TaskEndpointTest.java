package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static dev.penstock.router.api.TestApi.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.Confidence;
import dev.penstock.job.Drawing;
import dev.penstock.job.JobParameters;
import dev.penstock.router.api.parameters.InferenceTask;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskEndpointTest {
  private static final JsonObject INLINE =
      new JsonObject().put("type", "base64").put("value", BASE64);

  private static TestApi api;

  @BeforeAll
  static void start() {
    api = new TestApi();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void forget() {
    api.dispatcher.requests.clear();
    api.dispatcher.answers(FakeDispatcher.EMPTY, null);
  }

  @Test
  void one_image_is_answered_with_an_object_that_bears_the_clients_id() {
    var reply = infer(body().put("id", "mine \"quoted\"").put("image", INLINE));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().getString("inference_id")).isEqualTo("mine \"quoted\"");
    assertThat(api.dispatcher.requests.remove().images()).containsExactly(IMAGE);
  }

  @Test
  void a_list_is_answered_with_a_list_even_of_one() {
    assertThat(new JsonArray(infer(body().put("image", JsonArray.of(INLINE))).text())).hasSize(1);
    JsonArray two = new JsonArray(infer(body().put("image", JsonArray.of(INLINE, INLINE))).text());
    assertThat(two).hasSize(2);
    assertThat(two.getJsonObject(0).getString("inference_id"))
        .isEqualTo(two.getJsonObject(1).getString("inference_id"))
        .hasSize(36);
  }

  @Test
  void passes_fields_on_without_rescaling() {
    infer(
        body()
            .put("image", INLINE)
            .put("confidence", 40)
            .put("iou_threshold", "0.5")
            .put("class_agnostic_nms", true)
            .put("class_filter", JsonArray.of("a"))
            .put("max_detections", 3)
            .put("visualize_predictions", true)
            .put("visualization_stroke_width", 2)
            .put("fix_batch_size", true));
    var asked = api.dispatcher.requests.remove().parameters();
    assertThat(asked.confidence()).isEqualTo(Confidence.of(40));
    assertThat(asked.iouThreshold()).isEqualTo(0.5);
    assertThat(asked.classAgnosticNms()).isTrue();
    assertThat(asked.classFilter()).containsExactly("a");
    assertThat(asked.maxDetections()).isEqualTo(3);
    assertThat(asked.drawing()).isEqualTo(new Drawing(false, 2));
  }

  @Test
  void visualises_on_request() {
    byte[] picture = {9, 8, 7};
    api.dispatcher.answers(FakeDispatcher.EMPTY, picture);
    assertThat(
            infer(body().put("image", INLINE).put("visualize_predictions", true))
                .json()
                .getBinary("visualization"))
        .isEqualTo(picture);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'image':{'type':'base64','value':'YQ=='}} | [[body, model_id]]",
        "{'model_id':'coco/1'} | [[body, image]]",
        "{'model_id':5,'image':'x'} | [[body, model_id], [body, image, list[InferenceRequestImage]],"
            + " [body, image, InferenceRequestImage]]",
        "{'model_id':'coco/1','image':[{'type':'base64'},{'value':1}]} | [[body, image,"
            + " list[InferenceRequestImage], 1, type], [body, image, InferenceRequestImage]]",
        "{'model_id':'coco/1','image':{'value':1}} | [[body, image, list[InferenceRequestImage]],"
            + " [body, image, InferenceRequestImage, type]]",
        "{'model_id':'coco/1','image':{'type':'url'},'confidence':[1],'max_detections':2.5,"
            + "'class_filter':'a','class_agnostic_nms':[]} | [[body, class_agnostic_nms], [body,"
            + " class_filter], [body, confidence, float], [body, confidence,"
            + " literal['best','default']], [body, max_detections]]",
        "[1] | [[body]]",
        "'' | [[body]]",
        "{'model_id' | [[body, 11]]",
        "7 | [[body]]",
        "null | [[body]]",
      })
  void says_where_a_body_does_not_fit(String body, String locations) {
    // Csv quotes: only double quotes inside JSON, except in the literals of locations.
    var reply = api.post("/infer/object_detection", body.replace('\'', '"'));
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.locations().toString()).isEqualTo(locations);
    assertThat(api.dispatcher.requests).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(InferenceTask.class)
  void every_task_has_an_endpoint_and_a_list_there_is_answered_with_a_list(InferenceTask task) {
    var body = body().put("image", JsonArray.of(INLINE, INLINE)).put("confidence", 0.25);
    var reply = api.post(task.path(), body.encode(), "Content-Type", "application/json");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(new JsonArray(reply.text())).hasSize(2);
    assertThat(api.dispatcher.requests.remove().parameters().confidence())
        .isEqualTo(Confidence.of(0.25));
  }

  @Test
  void a_model_of_another_task_answers_with_what_it_has() {
    var body = body().put("image", INLINE).put("iou_threshold", 0.9).put("max_detections", 1);
    var reply = api.post("/infer/classification", body.encode());
    assertThat(reply.json().getJsonArray("predictions")).isEmpty();
    assertThat(api.dispatcher.requests.remove().parameters()).isEqualTo(JobParameters.DEFAULTS);
  }

  @Test
  void answers_keep_all_members_of_a_classification() {
    api.dispatcher.answers(
        "{\"predictions\":[{\"class\":\"a\",\"class_id\":0,\"confidence\":0.9}],"
            + "\"top\":\"a\",\"confidence\":0.9}",
        null);
    var reply = api.post("/infer/classification", body().put("image", INLINE).encode());
    assertThat(reply.json().fieldNames())
        .containsExactly("inference_id", "time", "image", "predictions", "top", "confidence");
  }

  @Test
  void unknown_ways_to_decode_masks_are_refused_where_there_are_masks() {
    var asked = body().put("image", INLINE).put("mask_decode_mode", "sloppy");
    assertThat(api.post("/infer/instance_segmentation", asked.encode()).status()).isEqualTo(200);
    var reply =
        api.post("/infer/instance_segmentation", asked.put("model_id", "shapes/1").encode());
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).startsWith("Invalid mask decode argument sent. tradeoff_factor");
  }

  @Test
  void a_refused_model_says_why_under_its_alias_too() {
    var reply = infer(new JsonObject().put("model_id", "broken-alias").put("image", INLINE));
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.message())
        .isEqualTo("Model loading failed: broken-alias: it has no weights: add weights.onnx");
  }

  @Test
  void never_echoes_images_or_keys_in_problems() {
    var reply =
        api.post("/infer/object_detection", "{\"api_key\":\"secret\",\"model_id\":\"a/1\"}");
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.text()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "file   | /etc/passwd | Loading images from local filesystem is disabled.",
        "numpy  | x | NumPy image type is not supported in this configuration of `inference`.",
        "pickle | x | Image declaration contains not recognised image type.",
        "BASE64 | '' | Empty image payload.",
        "base64 | abcde | Malformed base64 input image.",
      })
  void refuses_images_it_does_not_take(String type, String value, String cause) {
    var image = new JsonObject().put("type", type).put("value", value);
    var reply = infer(body().put("image", JsonArray.of(INLINE, image)));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).isEqualTo("Could not load input image. Cause: " + cause);
    assertThat(api.dispatcher.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b/c", "", "/", "a/", "with blank/1"})
  void refuses_malformed_model_ids(String id) {
    var reply = infer(new JsonObject().put("model_id", id).put("image", INLINE));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).isEqualTo("Invalid Model ID sent in request.");
  }

  @Test
  void an_empty_list_has_no_image() {
    assertThat(infer(body().put("image", new JsonArray())).status()).isEqualTo(400);
  }

  @Test
  void aliases_are_echoed_as_the_client_spelled_them() {
    var reply = infer(new JsonObject().put("model_id", "yolo-small").put("image", INLINE));
    assertThat(reply.header("X-Model-Id")).isEqualTo("yolo-small");
    assertThat(api.dispatcher.requests.remove().model().id()).isEqualTo("coco/1");
  }

  @Test
  void takes_many_images_up_to_the_body_limit() {
    var images = new JsonArray();
    for (int i = 0; i < 1_000; i++) {
      images.add(INLINE);
    }
    assertThat(new JsonArray(infer(body().put("image", images)).text())).hasSize(1_000);
    assertThat(api.dispatcher.requests.remove().images()).hasSize(1_000).contains(IMAGE);
  }

  private static JsonObject body() {
    return new JsonObject().put("api_key", "k").put("model_id", "coco/1");
  }

  private static TestApi.Reply infer(JsonObject body) {
    return api.post(
        "/infer/object_detection",
        body.encode(),
        List.of("Content-Type", "application/json").toArray(String[]::new));
  }

  @Test
  void more_images_than_can_be_in_flight_are_refused_before_any_is_fetched() {
    var images = new JsonArray();
    for (int i = 0; i < 1_001; i++) {
      images.add(new JsonObject().put("type", "url").put("value", "ftp://is.not.looked.at/"));
    }
    var reply = infer(body().put("image", images));
    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.message())
        .isEqualTo(
            "The request has 1001 images, the limit is 1000: send them in several requests.");
    images.remove(0);
    assertThat(infer(body().put("image", images)).message()).contains("non https:// URL");
  }
}
