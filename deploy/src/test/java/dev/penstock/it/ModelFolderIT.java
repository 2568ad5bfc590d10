package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Load;
import dev.penstock.it.kit.ModelFolder;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Folders of models that change while they are served. */
final class ModelFolderIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension final Cluster cluster = new Cluster();

  private ModelFolder folder(String name) {
    return ModelFolder.in(cluster.folder().resolve(name));
  }

  @Test
  void a_model_that_is_replaced_under_load_answers_every_request_from_one_of_the_two()
      throws IOException {
    ModelFolder models = folder("models").add("pets/1");
    ModelFolder nothing = folder("nothing");
    RouterProcess router =
        cluster.router("--models", models.path().toString(), "--preload", "pets/1");
    cluster
        .worker("w1", router, "--device", "cpu", "--models", nothing.path().toString())
        .awaitReady();
    Client client = router.client();

    List<Answer> answers;
    try (Load load = Load.start(3, () -> client.detect("pets/1", Picture.ASTRONAUT))) {
      load.awaitAnswers(10);
      models.rename("pets/1", "second");
      load.awaitAnswer("the second package", PATIENCE, answer -> isFrom(answer, "second"));
      models.rename("pets/1", "third");
      load.awaitAnswer("the third package", PATIENCE, answer -> isFrom(answer, "third"));
      answers = load.stop();
    }

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    assertThat(answers)
        .allSatisfy(answer -> assertThat(packages(answer)).as(answer.body()).hasSize(1));
    assertThat(isFrom(client.detect("pets/1", Picture.ASTRONAUT), "third")).isTrue();
  }

  private static boolean isFrom(Answer answer, String name) {
    return answer.status() == 200 && packages(answer).equals(Set.of(name));
  }

  /** The first word of every class. */
  private static Set<String> packages(Answer answer) {
    return answer.classes().stream()
        .map(name -> name.substring(0, name.indexOf(' ')))
        .collect(Collectors.toSet());
  }

  @Test
  void models_come_and_go_and_what_is_refused_says_why() throws IOException {
    ModelFolder models = folder("models").add("pets/1");
    RouterProcess router = cluster.router("--models", models.path().toString());
    cluster
        .worker("w1", router, "--device", "cpu", "--models", models.path().toString())
        .awaitReady();
    Client client = router.client();
    assertThat(client.detect("zoo/1", Picture.ASTRONAUT).status()).isEqualTo(404);

    models.add("zoo/1");
    Files.writeString(models.path().resolve("broken.onnx"), "half an export");
    Await.until(
        "zoo/1 and broken/1 are seen",
        PATIENCE,
        () ->
            client.detect("zoo/1", Picture.ASTRONAUT).status() == 200
                && client.detect("broken/1", Picture.ASTRONAUT).status() == 500);
    assertThat(client.detect("broken/1", Picture.ASTRONAUT).message())
        .startsWith("Model loading failed: broken/1: broken.onnx is no complete ONNX file: ");

    models.remove("zoo/1");
    Await.until(
        "zoo/1 is gone", PATIENCE, () -> client.detect("zoo/1", Picture.ASTRONAUT).status() == 404);
    assertThat(client.detect("pets/1", Picture.ASTRONAUT).status()).isEqualTo(200);
  }

  @Test
  void two_routers_with_different_files_serve_their_own_and_say_so() throws IOException {
    ModelFolder one = folder("one").add("pets/1");
    ModelFolder other = folder("other").add("pets/1");
    other.rename("pets/1", "other");
    Path nothing = folder("nothing").path();
    RouterProcess first = cluster.router("--models", one.path().toString());
    RouterProcess second = cluster.routerBeside(first, "--models", other.path().toString());
    cluster
        .worker("w1", List.of(first, second), "--device", "cpu", "--models", nothing.toString())
        .awaitReady();
    Client client = first.client();
    Client otherClient = second.client();

    for (int i = 0; i < 5; i++) {
      assertThat(packages(client.detect("pets/1", Picture.ASTRONAUT))).containsOnly("pets/1");
      assertThat(isFrom(otherClient.detect("pets/1", Picture.ASTRONAUT), "other")).isTrue();
    }
    Await.until(
        "both see it",
        PATIENCE,
        () ->
            status(client).getJsonArray("disagreements").size() == 1
                && status(otherClient).getJsonArray("disagreements").size() == 1);
    assertThat(status(client).getJsonArray("disagreements").getJsonObject(0).getString("model_id"))
        .isEqualTo("pets/1");
  }

  private static JsonObject status(Client client) {
    return client.get("/status").json();
  }
}
