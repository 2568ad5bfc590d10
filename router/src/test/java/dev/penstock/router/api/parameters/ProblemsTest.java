package dev.penstock.router.api.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.router.api.exchange.Answer;
import dev.penstock.router.api.exchange.ApiException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refusals do not grow with what they refuse. */
final class ProblemsTest {
  private static final int MANY = 50_000;

  @ParameterizedTest
  @ValueSource(strings = {"image", "class_filter"})
  void the_first_places_are_named_and_the_others_counted(String field) {
    JsonArray details = details(body().put(field, copies(5)));
    assertThat(details).hasSize(Problems.MOST_LISTED + 1);
    assertThat(details.getJsonObject(0).getJsonArray("loc").getString(1)).isEqualTo(field);
    JsonObject last = details.getJsonObject(Problems.MOST_LISTED);
    assertThat(last.getString("type")).isEqualTo("more_errors");
    assertThat(last.getJsonArray("loc")).isEqualTo(JsonArray.of("body"));
    // The image as one object is wrong, too.
    int all = MANY + (field.equals("image") ? 1 : 0);
    assertThat(last.getJsonObject("ctx").getInteger("more")).isEqualTo(all - Problems.MOST_LISTED);
    assertThat(last.getString("msg")).contains(" " + (all - Problems.MOST_LISTED) + " more ");
  }

  @Test
  void few_are_all_named() {
    assertThat(details(body().put("class_filter", new JsonArray(Collections.nCopies(16, 5)))))
        .hasSize(16)
        .noneMatch(detail -> detail.toString().contains("more_errors"));
  }

  @Test
  void whatever_is_wrong_with_every_field_the_answer_is_short() {
    for (Object value :
        List.of(5, "\u0001".repeat(100), "x".repeat(MANY), copies("é".repeat(100)))) {
      var body = new JsonObject();
      for (String field : fields()) {
        body.put(field, value);
      }
      for (InferenceTask task : InferenceTask.values()) {
        var refused = catchThrowableOfType(ApiException.class, () -> TaskBody.parse(task, body));
        assertThat(size(refused.answer())).as("%s", task).isLessThan(20_000);
      }
    }
  }

  @Test
  void a_name_that_every_prediction_repeats_is_short() {
    var refused =
        catchThrowableOfType(
            ApiException.class,
            () ->
                TaskBody.parse(
                    InferenceTask.CLASSIFICATION,
                    body()
                        .put("image", new JsonObject().put("type", "base64"))
                        .put("id", "x".repeat(MANY))));
    assertThat(refused.answer().body().toString())
        .contains("string_too_long", "[\"body\",\"id\"]")
        .hasSizeLessThan(1_000);
  }

  @Test
  void numbers_that_are_not_finite_are_refused_and_not_repeated() {
    JsonArray details =
        details(
            body()
                .put("image", new JsonObject().put("type", "base64"))
                .put("iou_threshold", Double.NaN)
                .put("max_detections", Double.POSITIVE_INFINITY)
                .put("visualize_predictions", Double.NaN));
    assertThat(details).hasSize(3);
    assertThat(details.encode()).doesNotContain("\"input\"");
  }

  private static List<String> fields() {
    return List.of(
        "id api_key usage_billable start source source_info disable_model_monitoring model_id"
            .concat(" model_type image confidence iou_threshold class_agnostic_nms class_filter")
            .concat(" fix_batch_size max_detections max_candidates visualize_predictions")
            .concat(" visualization_labels visualization_stroke_width keypoint_confidence")
            .concat(" mask_decode_mode tradeoff_factor response_mask_format")
            .concat(" disable_preproc_contrast disable_preproc_grayscale")
            .split(" "));
  }

  private static JsonArray details(JsonObject body) {
    var refused =
        catchThrowableOfType(
            ApiException.class, () -> TaskBody.parse(InferenceTask.OBJECT_DETECTION, body));
    assertThat(size(refused.answer())).isLessThan(20_000);
    return refused.answer().body().toJsonObject().getJsonArray("detail");
  }

  private static int size(Answer answer) {
    return answer.body().length();
  }

  private static JsonObject body() {
    return new JsonObject()
        .put("model_id", "a/1")
        .put("image", new JsonObject().put("type", "base64").put("value", ""));
  }

  private static JsonArray copies(Object value) {
    return new JsonArray(new ArrayList<>(Collections.nCopies(MANY, value)));
  }
}
