package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Load;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Batches of what waits, on two workers that take up to eight at once. */
final class BatchingIT {
  private static final int MAX_BATCH = 8;
  private static final String NO_IMAGE =
      Base64.getEncoder().encodeToString("no image".getBytes(StandardCharsets.UTF_8));

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static Client client;

  @BeforeAll
  static void start() {
    RouterProcess router = CLUSTER.router();
    String device = "simulated:base=40ms,per-image=5ms,max-batch=" + MAX_BATCH;
    PenstockProcess first = CLUSTER.worker("w1", router, "--device", device);
    PenstockProcess second = CLUSTER.worker("w2", router, "--device", device);
    first.awaitReady();
    second.awaitReady();
    client = router.client();
  }

  @Test
  void one_request_rides_alone_and_does_not_wait_for_company() {
    Answer answer = client.detect(Picture.ROCKET);

    assertThat(answer.batchSize()).isEqualTo(1);
    assertThat(answer.header("X-Batch-Reason")).isEqualTo("idle");
    assertThat(answer.header("X-Worker-Device")).isEqualTo("simulated");
  }

  @Test
  void under_load_batches_form_up_to_the_bound_on_both_workers() {
    List<Answer> answers = Load.run(300, 32, () -> client.detect(Picture.ROCKET));

    assertThat(answers).hasSize(300).allMatch(answer -> answer.status() == 200);
    assertThat(answers).extracting(Answer::worker).contains("w1", "w2");
    assertThat(answers).allMatch(answer -> answer.batchSize() <= MAX_BATCH);
    double mean = answers.stream().mapToInt(Answer::batchSize).average().orElse(0);
    assertThat(mean).isGreaterThan(3);
  }

  @Test
  void an_image_that_cannot_be_read_fails_alone_among_its_batch_mates() {
    var count = new AtomicInteger();
    List<Answer> answers =
        Load.run(
            120,
            24,
            () ->
                count.incrementAndGet() % 6 == 0
                    ? Client.result(client.detecting(Client.MODEL, NO_IMAGE))
                    : client.detect(Picture.ROCKET));

    assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(100);
    assertThat(answers)
        .filteredOn(answer -> answer.status() != 200)
        .hasSize(20)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(400);
              assertThat(answer.message()).contains("Could not load input image");
              assertThat(answer.attempt()).isEqualTo(1);
            });
  }

  @Test
  void an_image_that_cannot_be_read_fails_its_request() {
    var images =
        new JsonArray()
            .add(image(Picture.ROCKET.base64()))
            .add(image(NO_IMAGE))
            .add(image(Picture.COFFEE.base64()));
    Answer answer =
        client.post(
            "/infer/object_detection",
            new JsonObject().put("model_id", Client.MODEL).put("image", images).encode());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("Could not load input image");
  }

  private static JsonObject image(String base64) {
    return new JsonObject().put("type", "base64").put("value", base64);
  }
}
