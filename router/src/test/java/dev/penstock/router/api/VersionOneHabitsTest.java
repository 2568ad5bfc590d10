package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.router.dispatch.InferenceRequest;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of the first version's hosts, one for each task, do and read. */
final class VersionOneHabitsTest {
  private static final String MASKS =
      "{\"predictions\":{\"segmentation_mask\":\"iVBO\",\"class_map\":{\"0\":\"background\"}}}";

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/detect/coco/1",
        "/outline/coco/1",
        "/classify/coco/1",
        "/segment/coco/1",
        "//coco/1",
        "/coco//1",
        "/coco/1/",
        "//segment//coco/1"
      })
  void the_hosts_names_and_doubled_slashes_may_stand_before_a_model(String path) {
    var reply = post(path + "?api_key=k&name=YOUR_IMAGE.jpg");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("X-Model-Id")).isEqualTo("coco/1");
    assertThat(asked().model().id()).isEqualTo("coco/1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/detect/coco/1/2", "/other/coco/1", "/a/b/c/d"})
  void other_long_paths_are_unknown(String path) {
    assertThat(post(path).status()).isEqualTo(405);
  }

  @Test
  void semantic_masks_stand_at_the_top_as_well() {
    api.dispatcher.answers(MASKS, null);
    JsonObject answer = post("/roads/1").json();
    assertThat(answer.getString("segmentation_mask")).isEqualTo("iVBO");
    assertThat(answer.getJsonObject("class_map").getString("0")).isEqualTo("background");
    assertThat(answer.getJsonObject("predictions").getString("segmentation_mask"))
        .isEqualTo("iVBO");
  }

  @Test
  void the_json_endpoint_answers_them_once() {
    api.dispatcher.answers(MASKS, null);
    var body =
        new JsonObject()
            .put("model_id", "roads/1")
            .put("image", new JsonObject().put("type", "base64").put("value", BASE64));
    var reply = api.post("/infer/semantic_segmentation", body.encode());
    assertThat(reply.json().fieldNames())
        .containsExactly("inference_id", "time", "image", "predictions");
  }

  @Test
  void percentages_and_names_of_classes_mean_what_they_meant() {
    assertThat(
            post("/detect/coco/1?confidence=40&overlap=30&classes=a,b&stroke=2&labels=on").status())
        .isEqualTo(200);
    JobParameters asked = asked().parameters();
    assertThat(asked.confidence().value()).isEqualTo(0.4);
    assertThat(asked.iouThreshold()).isEqualTo(0.3);
    assertThat(asked.classFilter()).containsExactly("a", "b");
  }

  @Test
  void parameters_of_masks_and_key_points_travel() {
    post("/shapes/1?response_mask_format=rle&keypoint_confidence=0.25&mask_decode_mode=fast");
    JobParameters asked = asked().parameters();
    assertThat(asked.maskFormat()).isEqualTo(MaskFormat.RLE);
    assertThat(asked.keypointConfidence()).isEqualTo(0.25);
  }

  @ParameterizedTest
  @CsvSource({
    "/shapes/1?mask_decode_mode=sloppy, 400",
    "/shapes/1?mask_decode_mode=tradeoff&tradeoff_factor=1.5, 400",
    "/shapes/1?mask_decode_mode=fast&tradeoff_factor=1.5, 200",
    "/coco/1?mask_decode_mode=sloppy, 200",
    "/coco/1?response_mask_format=png, 422",
    "/coco/1?tradeoff_factor=much, 422",
    "/coco/1?keypoint_confidence=high, 422",
    "/coco/1?disable_active_learning=perhaps, 422",
    "/coco/1?countinference=false&source=me&source_info=x&active_learning_target_dataset=d, 200"
  })
  void what_is_asked_of_masks_must_fit_the_model(String path, int status) {
    assertThat(post(path).status()).isEqualTo(status);
  }

  private static TestApi.Reply post(String path) {
    return api.post(path, BASE64, "Content-Type", "application/x-www-form-urlencoded");
  }

  private static InferenceRequest asked() {
    return api.dispatcher.requests.remove();
  }
}
