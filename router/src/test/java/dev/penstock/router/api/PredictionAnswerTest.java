package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobOutcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionAnswerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " { } \n",
        "{\"predictions\":[]}",
        " {\"predictions\":[{\"class\":\"}{\"}], \"top\":\"a\"}\n",
        "{\"predictions\":{\"a\":{\"confidence\":0.5}}}"
      })
  void members_of_the_worker_stand_beside_those_of_the_router(String json) {
    var answer = new PredictionAnswer("id", false, false, false).of(List.of(prediction(json)));
    JsonObject body = new JsonObject(answer.body());
    JsonObject expected =
        new JsonObject(json)
            .put("inference_id", "id")
            .put("time", 0.031250)
            .put("image", new JsonObject().put("width", 8).put("height", 6));
    assertThat(body).isEqualTo(expected);
  }

  @Test
  void a_list_has_one_answer_an_image_in_their_order() {
    var answer =
        new PredictionAnswer("id", true, false, false)
            .of(List.of(prediction("{\"n\":1}"), prediction("{\"n\":2}")));
    JsonArray body = new JsonArray(answer.body());
    assertThat(body.getJsonObject(0).getInteger("n")).isEqualTo(1);
    assertThat(body.getJsonObject(1).getInteger("n")).isEqualTo(2);
  }

  @Test
  void tiny_times_are_plain_decimals() {
    var tiny = new PredictionAnswer.Prediction(done("{}"), 1_500);
    assertThat(new PredictionAnswer("id", false, false, false).of(List.of(tiny)).body().toString())
        .contains("\"time\":0.000002,");
  }

  @Test
  void members_of_the_predictions_stand_beside_them_when_they_are_mirrored() {
    var answer =
        new PredictionAnswer("id", false, false, true)
            .of(
                List.of(
                    prediction(
                        "{\"predictions\":{\"segmentation_mask\":\"iVBO\",\"class_map\":{\"0\":\"b\"}}}")));
    var json = new JsonObject(answer.body());
    assertThat(json.getString("segmentation_mask")).isEqualTo("iVBO");
    assertThat(json.getJsonObject("class_map").getString("0")).isEqualTo("b");
    assertThat(json.getJsonObject("predictions").getString("segmentation_mask")).isEqualTo("iVBO");
  }

  @Test
  void long_masks_are_mirrored_as_they_are() {
    String mask = "A".repeat(21_000_000);
    String json = " {\"n\":{\"x\":[1]}, \"predictions\" : {\"mask\":\"" + mask + "\",\"ü\":{}} }";
    var answer =
        new PredictionAnswer("id", false, false, true).of(List.of(prediction(json))).body();
    assertThat(answer.toString()).endsWith(",\"mask\":\"" + mask + "\",\"ü\":{}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"predictions\":{ }}", "{\"predictions\":[{\"a\":1}],\"b\":2}"})
  void where_there_is_nothing_to_mirror_the_answer_stays(String json) {
    var mirrored = new PredictionAnswer("id", false, false, true).of(List.of(prediction(json)));
    var plain = new PredictionAnswer("id", false, false, false).of(List.of(prediction(json)));
    assertThat(mirrored.body()).isEqualTo(plain.body());
  }

  private static PredictionAnswer.Prediction prediction(String json) {
    return new PredictionAnswer.Prediction(done(json), 31_250_000);
  }

  private static JobOutcome.Done done(String json) {
    return new JobOutcome.Done(8, 6, json.getBytes(StandardCharsets.UTF_8), null);
  }
}
