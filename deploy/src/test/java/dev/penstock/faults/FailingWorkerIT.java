package dev.penstock.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Load;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workers whose device fails, and workers that do not reach a router. */
final class FailingWorkerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension final Cluster cluster = new Cluster();

  private static JsonObject worker(RouterProcess router, String id) {
    return router.client().get("/status").json().getJsonArray("workers").stream()
        .map(JsonObject.class::cast)
        .filter(worker -> worker.getString("id").equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitState(RouterProcess router, String id, String state) {
    Await.until(
        () -> "worker is " + state + ": " + worker(router, id),
        PATIENCE,
        () -> worker(router, id).getString("state").equals(state));
  }

  @Test
  void jobs_of_a_sick_device_run_elsewhere_and_it_takes_none_until_it_works() throws Exception {
    Path sick = cluster.folder().resolve("sick");
    RouterProcess router = cluster.router();
    String device = "simulated:per-image=2ms,max-batch=4";
    cluster.worker("well", router, "--device", device).awaitReady();
    cluster.worker("ill", router, "--device", device + ",fail-while=" + sick).awaitReady();
    Client client = router.client();
    try (Load load = Load.start(8, () -> client.detect(Picture.ROCKET))) {
      load.awaitAnswer("one of the one", PATIENCE, answer -> answer.worker().equals("well"));
      load.awaitAnswer("one of the other", PATIENCE, answer -> answer.worker().equals("ill"));

      Files.createFile(sick);
      awaitState(router, "ill", "failing");
      assertThat(worker(router, "ill").getString("reason")).startsWith("its device fails: ");
      load.awaitAnswers(100);

      Files.delete(sick);
      awaitState(router, "ill", "ready");
      load.awaitAnswer("one of the healed", PATIENCE, answer -> answer.worker().equals("ill"));

      assertThat(load.stop()).extracting(Answer::status).containsOnly(200);
    }
  }

  @Test
  void a_poison_job_fails_alone_after_two_workers_tried_it_and_its_mates_are_answered() {
    RouterProcess router = cluster.router();
    String device = "simulated:per-image=2ms,max-batch=8,fail-on=arsenic";
    cluster.worker("w1", router, "--device", device).awaitReady();
    cluster.worker("w2", router, "--device", device).awaitReady();
    Client client = router.client();
    byte[] rocket = Base64.getDecoder().decode(Picture.ROCKET.base64());
    String poisonous = new String(rocket, StandardCharsets.ISO_8859_1) + "arsenic";
    String poison =
        Base64.getEncoder().encodeToString(poisonous.getBytes(StandardCharsets.ISO_8859_1));
    try (Load load = Load.start(16, () -> client.detect(Picture.ROCKET))) {
      load.awaitAnswers(20);

      List<Answer> failed =
          Load.run(6, 2, () -> Client.result(client.detecting(Client.MODEL, poison)));

      assertThat(failed)
          .allSatisfy(
              answer -> {
                assertThat(answer.status()).isEqualTo(500);
                assertThat(answer.attempt()).isEqualTo(2);
                assertThat(answer.message()).contains("poison");
              });
      assertThat(load.stop()).extracting(Answer::status).containsOnly(200);
    }
  }

  /**
   * A router that advertises loopback is looked for at the address that its worker joined by: so
   * the second worker looks for the second router where it does not listen.
   */
  @Test
  void a_worker_that_alone_does_not_reach_a_router_takes_no_jobs_until_that_one_is_gone() {
    RouterProcess first =
        cluster.router(
            "--host", "0.0.0.0", "--cluster-host", "0.0.0.0", "--advertise", "127.0.0.1");
    String[] device = {"--device", "simulated:per-image=2ms,max-batch=4"};
    cluster.worker("w1", first, device).awaitReady();
    var elsewhere = "127.0.0.2:" + first.cluster().port();
    cluster.worker("w2", elsewhere, device).awaitReady();

    RouterProcess second = cluster.routerBeside(first);

    awaitState(first, "w2", "failing");
    assertThat(worker(first, "w2").getString("reason")).contains("which other workers reach");
    assertThat(Load.run(40, 4, () -> second.client().detect(Picture.ROCKET)))
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(200);
              assertThat(answer.worker()).isEqualTo("w1");
              assertThat(answer.attempt()).isEqualTo(1);
            });
    assertThat(first.client().detect(Picture.ROCKET).worker()).isEqualTo("w1");

    second.process().terminate();
    second.process().awaitExit(PATIENCE);
    awaitState(first, "w2", "ready");
  }
}
