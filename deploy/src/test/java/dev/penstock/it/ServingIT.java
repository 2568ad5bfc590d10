package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Load;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A router and two workers that compute with the model that ships. */
final class ServingIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static Client client;

  @BeforeAll
  static void start() {
    RouterProcess router = CLUSTER.router();
    PenstockProcess first = CLUSTER.worker("w1", router, "--device", "cpu");
    PenstockProcess second = CLUSTER.worker("w2", router, "--device", "cpu");
    first.awaitReady();
    second.awaitReady();
    client = router.client();
  }

  @ParameterizedTest
  @CsvSource({"ASTRONAUT, person", "CHELSEA, cat", "COFFEE, cup"})
  void finds_what_is_in_a_picture(Picture picture, String expected) {
    Answer answer = client.detect(picture);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.classes()).as(answer.body()).contains(expected);
    assertThat(answer.attempt()).isEqualTo(1);
    assertThat(answer.header("X-Model-Id")).isEqualTo("coco/1");
    assertThat(answer.header("X-Worker-Device")).isEqualTo("cpu");
  }

  @Test
  void both_workers_are_used_and_give_the_same_numbers() {
    List<Answer> answers = Load.run(40, 8, () -> client.detect(Picture.ASTRONAUT));

    assertThat(answers).hasSize(40).allMatch(answer -> answer.status() == 200);
    assertThat(answers).extracting(Answer::worker).contains("w1", "w2");
    List<JsonObject> first = boxes(answers.get(0));
    assertThat(answers).allSatisfy(answer -> assertSameBoxes(boxes(answer), first));
  }

  @Test
  void a_list_of_images_is_answered_in_its_order() {
    Answer answer =
        client.post("/infer/object_detection", list(Picture.CHELSEA, Picture.ASTRONAUT));

    assertThat(answer.status()).isEqualTo(200);
    var images = new JsonArray(answer.body());
    assertThat(classes(images.getJsonObject(0))).contains("cat").doesNotContain("person");
    assertThat(classes(images.getJsonObject(1))).contains("person").doesNotContain("cat");
  }

  private static String list(Picture... pictures) {
    var images = new JsonArray();
    for (Picture picture : pictures) {
      images.add(new JsonObject().put("type", "base64").put("value", picture.base64()));
    }
    return new JsonObject().put("model_id", Client.MODEL).put("image", images).encode();
  }

  private static List<String> classes(JsonObject image) {
    return image.getJsonArray("predictions").stream()
        .map(prediction -> ((JsonObject) prediction).getString("class"))
        .collect(Collectors.toList());
  }

  private static List<JsonObject> boxes(Answer answer) {
    return answer.json().getJsonArray("predictions").stream().map(JsonObject.class::cast).toList();
  }

  /** The same but for rounding that depends on how many rode in the batch. */
  private static void assertSameBoxes(List<JsonObject> boxes, List<JsonObject> expected) {
    assertThat(boxes).hasSameSizeAs(expected);
    for (int i = 0; i < boxes.size(); i++) {
      assertThat(boxes.get(i).getString("class")).isEqualTo(expected.get(i).getString("class"));
      for (String number : List.of("x", "y", "width", "height")) {
        assertThat(boxes.get(i).getDouble(number))
            .isCloseTo(expected.get(i).getDouble(number), within(1.0));
      }
      assertThat(boxes.get(i).getDouble("confidence"))
          .isCloseTo(expected.get(i).getDouble("confidence"), within(1e-3));
    }
  }
}
