package dev.penstock.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.KeptConnection;
import dev.penstock.it.kit.Ledger;
import dev.penstock.it.kit.Load;
import dev.penstock.it.kit.ModelFolder;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Routers that start late, are killed, come back, join each other and leave. */
final class RouterLifeIT {
  private static final Duration SERVES_AGAIN = Duration.ofSeconds(10);
  private static final String[] DEVICE = {
    "--device", "simulated:base=0ms,per-image=20ms,max-batch=4"
  };

  @RegisterExtension final Cluster cluster = new Cluster();

  @Test
  void a_worker_serves_again_when_its_only_router_was_killed_and_restarted() {
    RouterProcess router = cluster.router();
    PenstockProcess worker = cluster.worker("w1", router, DEVICE);
    worker.awaitReady();
    Client client = router.client();
    List<CompletableFuture<Answer>> lost =
        IntStream.range(0, 8).mapToObj(i -> client.detecting(Picture.ROCKET)).toList();
    Await.until(
        "some are being executed",
        Duration.ofSeconds(5),
        () -> lost.stream().anyMatch(CompletableFuture::isDone));
    router.process().kill();

    PenstockProcess restarted = cluster.startAgain(router);
    Duration took = awaitAnswer(client, SERVES_AGAIN);

    RouterProcess again = cluster.router(restarted, router);
    List<Answer> answers = Load.run(32, 8, () -> again.client().detect(Picture.ROCKET));
    assertThat(answers).as("after %s", took).hasSize(32).allMatch(one -> one.status() == 200);
    assertThat(Ledger.of(again).answered()).as("none of the killed router's jobs").isLessThan(60);
    assertThat(worker.alive()).isTrue();
  }

  @Test
  void two_routers_serve_and_when_one_is_killed_the_other_serves_on_until_it_is_back() {
    RouterProcess one = cluster.router();
    RouterProcess two = cluster.routerBeside(one);
    PenstockProcess first = cluster.worker("w1", List.of(one, two), DEVICE);
    PenstockProcess second = cluster.worker("w2", two, DEVICE);
    first.awaitReady();
    second.awaitReady();
    assertThat(one.client().get("/status").json().getJsonArray("routers")).hasSize(2);

    Client clientOfTwo = two.client();
    try (Load other = Load.start(8, () -> clientOfTwo.detect(Picture.ROCKET))) {
      List<Answer> answers = Load.run(40, 4, () -> one.client().detect(Picture.ROCKET));
      assertThat(answers).allMatch(answer -> answer.status() == 200);
      other.awaitAnswers(40);
      assertThat(workers(answers)).contains("w1", "w2");
      assertThat(workers(other.soFar())).contains("w1", "w2");

      one.process().kill();
      other.awaitAnswers(100);

      PenstockProcess restarted = cluster.startAgain(one, "--join", two.cluster().toString());
      awaitAnswer(one.client(), SERVES_AGAIN);
      RouterProcess back = cluster.router(restarted, one);
      List<Answer> afterwards = Load.run(40, 4, () -> back.client().detect(Picture.ROCKET));
      other.awaitAnswers(20);

      List<Answer> all = other.stop();
      assertThat(afterwards).allMatch(answer -> answer.status() == 200);
      assertThat(all).allMatch(answer -> answer.status() == 200);
      assertThat(back.client().get("/status").json().getJsonArray("routers")).hasSize(2);
    }
  }

  /** Its queues are the other one's when it has been silent for 10 s. */
  @Test
  void while_a_router_is_stopped_the_other_serves_every_model_again_within_15_s() {
    List<String> models = List.of("a/1", "b/1", "c/1", "d/1");
    ModelFolder folder = ModelFolder.in(cluster.folder().resolve("models"));
    models.forEach(folder::add);
    String[] options = {
      "--models", folder.path().toString(), "--preload", String.join(",", models)
    };
    RouterProcess one = cluster.router(options);
    RouterProcess two = cluster.routerBeside(one, options);
    cluster.worker("w1", List.of(one, two), DEVICE).awaitReady();
    Client client = two.client();
    models.forEach(model -> assertServed(client.detect(model, Picture.ROCKET)));

    one.process().pause();
    List<CompletableFuture<Answer>> asked =
        models.stream().map(model -> client.detecting(model, Picture.ROCKET.base64())).toList();
    assertThat(asked.stream().map(Client::result))
        .allSatisfy(RouterLifeIT::assertServed)
        .allMatch(answer -> answer.elapsed().compareTo(Duration.ofSeconds(15)) < 0);
    one.process().resume();
    awaitAnswer(one.client(), "a/1", Duration.ofSeconds(20));

    Await.until(
        "they have met again",
        Duration.ofSeconds(20),
        () -> two.client().get("/status").json().getJsonArray("routers").size() == 2);
    models.forEach(model -> assertServed(one.client().detect(model, Picture.ROCKET)));
    models.forEach(model -> assertServed(two.client().detect(model, Picture.ROCKET)));
  }

  private static void assertServed(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void a_worker_that_is_started_before_its_router_waits_and_joins() {
    RouterProcess ended = cluster.router();
    ended.process().kill();
    PenstockProcess worker = cluster.worker("w1", ended, DEVICE);
    Await.until(
        "the worker says whom it waits for",
        Duration.ofSeconds(30),
        () -> worker.log().contains("waiting for a router at [" + ended.cluster() + "]"));
    assertThat(worker.alive()).isTrue();

    RouterProcess router = cluster.router(cluster.startAgain(ended), ended);
    worker.awaitReady();

    assertThat(router.client().detect(Picture.ROCKET).status()).isEqualTo(200);
  }

  @Test
  void a_worker_that_finds_no_router_in_time_ends_and_says_why() {
    RouterProcess ended = cluster.router();
    ended.process().kill();
    PenstockProcess worker = cluster.worker("w1", ended, "--join-timeout", "1s");

    assertThat(worker.awaitExit(Duration.ofSeconds(20))).isNotZero();
    assertThat(worker.log()).contains("No router was reached at");
  }

  @Test
  void a_router_that_is_told_to_end_is_not_ready_any_more_and_answers_what_it_has() {
    RouterProcess router = cluster.router("--drain-delay", "1s");
    cluster
        .worker("w1", router, "--device", "simulated:base=0ms,per-image=1500ms,max-batch=1")
        .awaitReady();
    Client client = router.client();
    List<CompletableFuture<Answer>> accepted =
        IntStream.range(0, 2).mapToObj(i -> client.detecting(Picture.ROCKET)).toList();
    Await.until(
        "both are accepted", Duration.ofSeconds(5), () -> Ledger.of(router).admitted() == 2);

    router.process().terminate();
    Await.until(
        "it is not ready", Duration.ofMillis(800), () -> client.get("/readiness").status() == 503);
    Answer late = Client.result(client.detecting(Picture.ROCKET));

    assertThat(late.status()).as("it goes on accepting for the drain delay").isEqualTo(200);
    assertThat(late.header("Connection")).isEqualToIgnoringCase("close");
    assertThat(accepted.stream().map(Client::result)).allMatch(one -> one.status() == 200);
    assertThat(router.process().awaitExit(Duration.ofSeconds(15))).isEqualTo(143);
  }

  /**
   * A pool of connections is worked off from its top: each one that is closed after its answer
   * brings one to light that was idle for long. Closed at that moment, it would lose a request.
   */
  @Test
  void a_router_that_is_told_to_end_closes_no_idle_connection_while_clients_still_use_them()
      throws IOException {
    RouterProcess router = cluster.router("--drain-delay", "1s");
    List<KeptConnection> pool =
        IntStream.range(0, 30).mapToObj(i -> new KeptConnection(router.url())).toList();
    for (KeptConnection kept : pool) {
      assertThat(kept.ask()).contains("404").doesNotContainIgnoringCase("connection: close");
    }

    router.process().terminate();
    Await.until(
        "it is not ready",
        Duration.ofMillis(800),
        () -> router.client().get("/readiness").status() == 503);
    for (KeptConnection kept : pool) {
      assertThat(kept.ask()).contains("404").containsIgnoringCase("connection: close");
      kept.close();
      Await.pass(Duration.ofMillis(100));
    }

    assertThat(router.process().awaitExit(Duration.ofSeconds(15))).isEqualTo(143);
  }

  @Test
  void a_port_that_is_taken_ends_the_start_with_one_sentence() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      PenstockProcess router = cluster.routerThatFails("--internal-port", port);

      assertThat(router.awaitExit(Duration.ofSeconds(20))).isNotZero();
      assertThat(router.log()).contains("Port " + port).contains("--internal-port");
      assertThat(router.log()).doesNotContain("\tat ");
    }
  }

  /** Asks until a request is answered; a router that is not there or not ready is asked again. */
  private static Duration awaitAnswer(Client client, Duration patience) {
    return awaitAnswer(client, Client.MODEL, patience);
  }

  private static Duration awaitAnswer(Client client, String model, Duration patience) {
    return Await.until(
        "a request is answered",
        patience,
        () -> {
          try {
            return client.detecting(model, Picture.ROCKET.base64()).join().status() == 200;
          } catch (CompletionException notThere) {
            return false;
          }
        });
  }

  private static List<String> workers(List<Answer> answers) {
    return answers.stream().map(Answer::worker).distinct().toList();
  }
}
