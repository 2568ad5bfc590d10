package dev.penstock.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Load;
import dev.penstock.it.kit.ModelFolder;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many more models than fit into the memory of the one worker. */
final class ManyModelsIT {
  private static final int MODELS = 10;

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static RouterProcess router(ModelFolder models) {
    return CLUSTER.router(
        "--models", models.path().toString(), "--preload", "m0/1", "--request-timeout", "60s");
  }

  private static JsonArray resident(RouterProcess router) {
    return router
        .client()
        .get("/status")
        .json()
        .getJsonArray("workers")
        .getJsonObject(0)
        .getJsonArray("models");
  }

  @Test
  void all_are_served_by_loading_them_in_turn_and_one_that_never_fits_is_refused() {
    ModelFolder models = ModelFolder.in(CLUSTER.folder().resolve("models"));
    IntStream.range(0, MODELS).forEach(number -> models.add("m" + number + "/1"));
    RouterProcess router = router(models);
    PenstockProcess worker =
        CLUSTER.worker("w1", router, "--device", "cpu", "--max-memory", "150MB");
    worker.awaitReady();
    Client client = router.client();
    var next = new AtomicInteger();

    List<Answer> answers =
        Load.run(
            3 * MODELS,
            4,
            () -> client.detect("m" + next.getAndIncrement() % MODELS + "/1", Picture.ASTRONAUT));

    assertThat(answers).extracting(Answer::status).containsOnly(200);
    assertThat(answers)
        .describedAs("each came from the model it was asked of")
        .allSatisfy(
            answer ->
                assertThat(answer.classes())
                    .allMatch(name -> name.startsWith(answer.header("X-Model-Id") + " ")));
    assertThat(resident(router).size()).isBetween(1, 6);
    assertThat(worker.alive()).isTrue();
  }

  @Test
  void a_model_that_takes_more_than_there_is_at_all_is_500_with_the_reason() {
    ModelFolder models = ModelFolder.in(CLUSTER.folder().resolve("too-large")).add("m0/1");
    RouterProcess router = CLUSTER.router("--models", models.path().toString(), "--preload", "");
    CLUSTER.worker("w2", router, "--device", "cpu", "--max-memory", "16MiB").awaitReady();

    Answer answer = router.client().detect("m0/1", Picture.ASTRONAUT);

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.message())
        .startsWith("Model loading failed: m0/1: it takes ")
        .contains("this worker has 16MB for models (--max-memory)");
  }
}
