package dev.penstock.router.api.parameters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobParameters;
import io.vertx.core.json.JsonObject;
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
}
