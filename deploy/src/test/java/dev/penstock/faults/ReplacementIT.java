package dev.penstock.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Load;
import dev.penstock.it.kit.ModelFolder;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import dev.penstock.it.kit.SplitNetwork;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A live model is never taken away by a bad or half-written replacement. */
final class ReplacementIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PETS = "pets/1";

  @RegisterExtension final Cluster cluster = new Cluster();

  private ModelFolder models;
  private RouterProcess router;
  private PenstockProcess worker;
  private Client client;

  @BeforeEach
  void serve() {
    models = ModelFolder.in(cluster.folder().resolve("models")).add(PETS);
    ModelFolder nothing = ModelFolder.in(cluster.folder().resolve("nothing"));
    router = cluster.router("--models", models.path().toString(), "--preload", PETS);
    worker =
        cluster.worker(
            "w1",
            router,
            "--device",
            "cpu",
            "--models",
            nothing.path().toString(),
            "--cache",
            cluster.folder().resolve("cache").toString());
    worker.awaitReady();
    client = router.client();
  }

  private Path weights() {
    return models.path().resolve(PETS).resolve("weights.onnx");
  }

  private void awaitReplacement(String reason) {
    Await.until(
        () -> "/status says '" + reason + "', not " + replacement(),
        PATIENCE,
        () -> replacement().contains(reason));
  }

  /** Why what lies in its place does not answer; empty when it does. */
  private String replacement() {
    JsonArray all = client.get("/status").json().getJsonArray("models");
    return all.stream()
        .map(JsonObject.class::cast)
        .filter(model -> model.getString("model_id").equals(PETS))
        .map(model -> model.getString("replacement", ""))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFrom(Answer answer, String name) {
    return answer.status() == 200
        && answer.classes().stream().allMatch(one -> one.startsWith(name + " "));
  }

  @Test
  void garbage_half_a_file_and_one_that_does_not_load_take_no_answer_away() throws IOException {
    byte[] whole = Files.readAllBytes(weights());
    List<Answer> answers;
    try (Load load = Load.start(3, () -> client.detect(PETS, Picture.ASTRONAUT))) {
      load.awaitAnswers(10);

      Files.writeString(weights(), "<html>404 Not Found</html>");
      awaitReplacement("weights.onnx is no complete ONNX file");
      load.awaitAnswers(10);

      for (int part = 0; part < 4; part++) {
        Files.write(weights(), Arrays.copyOf(whole, part * whole.length / 4));
        awaitReplacement("no complete ONNX file");
        load.awaitTime(Duration.ofMillis(2_500));
      }

      Files.write(weights(), ModelFolder.unloadable());
      awaitReplacement("cannot be loaded: ");
      load.awaitAnswers(10);
      assertThat(load.soFar()).allMatch(answer -> isFrom(answer, PETS));

      Files.write(weights(), whole);
      models.rename(PETS, "second");
      load.awaitAnswer("the good one", PATIENCE, answer -> isFrom(answer, "second"));
      answers = load.stop();
    }

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    assertThat(answers).allMatch(answer -> isFrom(answer, PETS) || isFrom(answer, "second"));
    Await.until("nothing is held up", PATIENCE, () -> replacement().isEmpty());
    assertThat(Files.readString(router.process().logFile()))
        .contains("model pets/1 is served on as it was")
        .contains("model pets/1 is answered as before");
  }

  @Test
  void a_cache_that_cannot_be_written_takes_no_answer_away() throws IOException {
    Path packages = cluster.folder().resolve("cache").resolve("packages");
    Path aside = Files.move(packages, packages.resolveSibling("aside"));
    // As a full disk does, for whoever the tests run as: nothing can be created there.
    Files.writeString(packages, "in the way");

    models.rename(PETS, "second");
    awaitReplacement("cannot be loaded: The package could not be fetched: ");
    for (int i = 0; i < 5; i++) {
      assertThat(isFrom(client.detect(PETS, Picture.ASTRONAUT), PETS)).isTrue();
    }

    Files.delete(packages);
    Files.move(aside, packages);
    Await.until(
        "the second package answers",
        PATIENCE,
        () -> isFrom(client.detect(PETS, Picture.ASTRONAUT), "second"));
  }

  @Test
  void tensors_in_files_of_odd_names_travel_to_a_worker_that_has_none() throws IOException {
    Path shipped = weights();
    ModelFolder split = models.add("split/1");
    Path folder = split.path().resolve("split/1");
    SplitNetwork parts =
        SplitNetwork.of(Files.readAllBytes(shipped), "tensors 100%/größe #1+2.bin");
    Path tensors = folder.resolve(parts.location());
    Files.delete(folder.resolve("weights.onnx"));
    Files.write(folder.resolve("weights.onnx"), parts.network());
    Await.until(
        "the missing file is missed by name",
        PATIENCE,
        () ->
            client
                .detect("split/1", Picture.ASTRONAUT)
                .body()
                .contains("größe #1+2.bin is missing in " + folder));
    Files.createDirectories(tensors.getParent());
    Files.write(tensors, parts.tensors());

    Await.until(
        "it is served",
        PATIENCE,
        () -> isFrom(client.detect("split/1", Picture.ASTRONAUT), "split/1"));
    assertThat(cluster.folder().resolve("cache/packages"))
        .isDirectoryRecursivelyContaining(
            path -> path.getFileName().toString().equals("größe #1+2.bin"));
  }
}
