package dev.penstock.worker.vision.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.Predictions.Detections;
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
}
