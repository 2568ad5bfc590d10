package dev.penstock.router.api.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.penstock.job.JobParameters;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TaskBodyTest {
  @Test
  void what_is_left_out_or_null_has_its_default() {
    var body =
        new JsonObject(
            "{\"model_id\":\"a/1\",\"image\":{\"type\":\"base64\"},"
                + "\"iou_threshold\":null,\"class_filter\":null,\"max_detections\":null,"
                + "\"class_agnostic_nms\":null}");
    TaskBody parsed = TaskBody.parse(InferenceTask.OBJECT_DETECTION, body);
    assertThat(parsed.job()).isEqualTo(JobParameters.DEFAULTS);
    assertThat(parsed.inferenceId()).isNull();
    assertThat(parsed.list()).isFalse();
  }

  @Test
  void numbers_and_truth_may_be_text() {
    var body =
        new JsonObject(
            "{\"model_id\":\"a/1\",\"image\":[],\"confidence\":\"0.7\",\"max_detections\":\"3.0\","
                + "\"class_agnostic_nms\":\"yes\",\"disable_preproc_auto_orient\":1}");
    TaskBody parsed = TaskBody.parse(InferenceTask.OBJECT_DETECTION, body);
    assertThat(parsed.job().confidence().value()).isEqualTo(0.7);
    assertThat(parsed.job().maxDetections()).isEqualTo(3);
    assertThat(parsed.job().classAgnosticNms()).isTrue();
    assertThat(parsed.job().disabled()).hasSize(1);
    assertThat(parsed.list()).isTrue();
    assertThat(parsed.images()).isEmpty();
  }

  @Test
  void a_number_of_millions_of_digits_is_read_in_a_moment() {
    String digits = "0." + "4".repeat(4_000_000);
    var body =
        new JsonObject()
            .put("model_id", "a/1")
            .put("image", new JsonObject().put("type", "base64"))
            .put("confidence", digits);
    TaskBody parsed =
        assertTimeoutPreemptively(
            Duration.ofSeconds(10), () -> TaskBody.parse(InferenceTask.OBJECT_DETECTION, body));
    assertThat(parsed.job().confidence().value()).isEqualTo(4.0 / 9);
  }
}
