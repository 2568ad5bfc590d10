package dev.penstock.worker.vision.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.Keypoint;
import dev.penstock.worker.vision.Outline;
import dev.penstock.worker.vision.Posture;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Predictions.Detections;
import dev.penstock.worker.vision.Segment;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AnswerJsonTest {
  private static String json(Detection... found) {
    return new String(AnswerJson.bytes(new Detections(List.of(found))), StandardCharsets.UTF_8);
  }

  @Test
  void writes_members_in_the_order_of_the_api_with_the_centre_of_the_box() {
    String json = json(new Detection(10, 20, 31, 60, 0.873125f, 2, "forklift"));

    assertThat(json)
        .startsWith(
            "{\"predictions\":[{\"x\":20.5,\"y\":40.0,\"width\":21.0,\"height\":40.0,"
                + "\"confidence\":0.8731250166893005,\"class\":\"forklift\",\"class_id\":2,"
                + "\"detection_id\":\"");
  }

  @Test
  void every_box_has_an_id_of_its_own() {
    var box = new Detection(10, 20, 31, 60, 0.5f, 0, "cat");
    var list = new JsonObject(json(box, box)).getJsonArray("predictions");

    String first = list.getJsonObject(0).getString("detection_id");
    assertThat(UUID.fromString(first).version()).isEqualTo(4);
    assertThat(list.getJsonObject(1).getString("detection_id")).isNotEqualTo(first);
  }

  @Test
  void names_keep_quotes_and_umlauts() {
    var list =
        new JsonObject(json(new Detection(0, 0, 1, 1, 0.5f, 0, "\"Türgriff\" 門")))
            .getJsonArray("predictions");

    assertThat(list.getJsonObject(0).getString("class")).isEqualTo("\"Türgriff\" 門");
  }

  @Test
  void nothing_found_is_an_empty_list() {
    assertThat(json()).isEqualTo("{\"predictions\":[]}");
  }

  private static final Detection LEAF = new Detection(10, 20, 30, 60, 0.5f, 0, "leaf");

  private static JsonObject first(Predictions predictions) {
    return new JsonObject(Buffer.buffer(AnswerJson.bytes(predictions)))
        .getJsonArray("predictions")
        .getJsonObject(0);
  }

  @Test
  void polygons_are_lists_of_points() {
    var polygon = new Outline.Polygon(new int[] {10, 11}, new int[] {20, 60});
    JsonObject leaf = first(new Predictions.Segments(List.of(new Segment(LEAF, polygon))));

    assertThat(leaf.fieldNames())
        .containsExactly(
            "x",
            "y",
            "width",
            "height",
            "confidence",
            "class",
            "class_id",
            "detection_id",
            "points",
            "mask_format");
    assertThat(leaf.getJsonArray("points").encode())
        .isEqualTo("[{\"x\":10.0,\"y\":20.0},{\"x\":11.0,\"y\":60.0}]");
    assertThat(leaf.getString("mask_format")).isEqualTo("polygon");
  }

  @Test
  void run_lengths_say_height_and_width() {
    var runs = new Outline.RunLengths(480, 640, "PX4");
    JsonObject leaf = first(new Predictions.Segments(List.of(new Segment(LEAF, runs))));

    assertThat(leaf.getJsonObject("rle").encode())
        .isEqualTo("{\"size\":[480,640],\"counts\":\"PX4\"}");
    assertThat(leaf.getString("mask_format")).isEqualTo("rle");
    assertThat(leaf.containsKey("points")).isFalse();
  }

  @Test
  void key_points_have_the_members_of_the_api() {
    var nose = new Keypoint(-3, 72, 0.5f, 4, "nose");
    JsonObject person = first(new Predictions.Postures(List.of(new Posture(LEAF, List.of(nose)))));

    assertThat(person.getString("class")).isEqualTo("leaf");
    assertThat(person.getJsonArray("keypoints").encode())
        .isEqualTo(
            "[{\"x\":-3.0,\"y\":72.0,\"confidence\":0.5,\"class_id\":4,\"class\":\"nose\"}]");
  }

  @Test
  void an_object_without_visible_key_points_keeps_the_empty_list() {
    JsonObject person = first(new Predictions.Postures(List.of(new Posture(LEAF, List.of()))));

    assertThat(person.getJsonArray("keypoints")).isEmpty();
  }
}
