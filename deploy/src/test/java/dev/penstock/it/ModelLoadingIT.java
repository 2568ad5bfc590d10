package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Load;
import dev.penstock.it.kit.ModelFolder;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Models that are loaded at first use, by a worker that has none of them on its disk. */
final class ModelLoadingIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static Client client;
  private static Path cache;

  @BeforeAll
  static void start() {
    ModelFolder models =
        ModelFolder.in(CLUSTER.folder().resolve("models"))
            .add("warm/1")
            .add("cold/1")
            .addTwin("one/1")
            .addTwin("another/1")
            .addBroken("broken/1");
    ModelFolder nothing = ModelFolder.in(CLUSTER.folder().resolve("nothing"));
    cache = CLUSTER.folder().resolve("fetched");
    RouterProcess router =
        CLUSTER.router("--models", models.path().toString(), "--preload", "warm/1");
    CLUSTER
        .worker(
            "w1",
            router,
            "--device",
            "cpu",
            "--models",
            nothing.path().toString(),
            "--cache",
            cache.toString())
        .awaitReady();
    client = router.client();
  }

  @Test
  void a_preloaded_model_is_warm_and_was_fetched_from_the_router() throws IOException {
    Answer answer = client.detect("warm/1", Picture.ASTRONAUT);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.classes()).contains("warm/1 person");
    assertThat(answer.header("X-Model-Cold-Start")).isEqualTo("false");
    try (Stream<Path> files = Files.walk(cache)) {
      assertThat(files).anyMatch(file -> file.endsWith("weights.onnx"));
    }
  }

  @Test
  void the_first_requests_of_a_cold_model_wait_for_it_and_say_so_while_others_go_on() {
    try (Load others = Load.start(2, () -> client.detect("warm/1", Picture.ROCKET))) {
      others.awaitAnswers(5);
      List<Answer> first = Load.run(3, 3, () -> client.detect("cold/1", Picture.ASTRONAUT));
      Answer later = client.detect("cold/1", Picture.ASTRONAUT);

      assertThat(first)
          .allSatisfy(
              answer -> {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.classes()).contains("cold/1 person");
                assertThat(answer.header("X-Model-Cold-Start")).isEqualTo("true");
                assertThat(answer.header("X-Model-Cold-Start-Count")).isEqualTo("1");
                double load = Double.parseDouble(answer.header("X-Model-Load-Time"));
                assertThat(load).isPositive();
                assertThat(load).isLessThan(answer.elapsed().toNanos() / 1e9);
              });
      assertThat(later.status()).isEqualTo(200);
      assertThat(later.header("X-Model-Cold-Start")).isEqualTo("false");
      assertThat(others.stop())
          .allMatch(answer -> answer.status() == 200)
          .allMatch(answer -> answer.header("X-Model-Cold-Start").equals("false"));
    }
  }

  @Test
  void the_same_files_under_two_ids_are_two_models_and_both_are_served() {
    assertThat(client.detect("one/1", Picture.ASTRONAUT).classes()).contains("person");
    assertThat(client.detect("another/1", Picture.ASTRONAUT).classes()).contains("person");
  }

  @Test
  void a_model_that_no_worker_can_load_is_500_with_the_reason_and_the_others_are_served() {
    List<Answer> failed = Load.run(3, 3, () -> client.detect("broken/1", Picture.ASTRONAUT));

    assertThat(failed)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(500);
              assertThat(answer.message()).startsWith("Model loading failed: broken/1: ");
            });
    assertThat(client.detect("warm/1", Picture.ASTRONAUT).status()).isEqualTo(200);
  }

  @Test
  void an_unknown_model_is_404() {
    assertThat(client.detect("unknown/1", Picture.ROCKET).status()).isEqualTo(404);
  }
}
