package dev.penstock.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Ledger;
import dev.penstock.it.kit.Load;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Workers that die, hang and leave while sixteen clients wait for answers. */
final class WorkerDeathIT {
  private static final int CLIENTS = 16;

  /** Four jobs a batch of 80 ms: both workers hold two batches whenever it happens. */
  private static final String DEVICE = "simulated:base=0ms,per-image=20ms,max-batch=4";

  private static final Duration STOPPED =
      Duration.ofSeconds(Long.getLong("penstock.it.stopped-seconds", 12));

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static RouterProcess router;
  private static Client client;
  private static int started;
  private PenstockProcess first;
  private PenstockProcess second;
  private Ledger before;

  @BeforeAll
  static void startRouter() {
    router = CLUSTER.router();
    client = router.client();
  }

  @BeforeEach
  void startWorkers() {
    first = worker();
    second = worker();
    first.awaitReady();
    second.awaitReady();
    before = Ledger.of(router);
  }

  @AfterEach
  void endWorkers() {
    first.close();
    second.close();
  }

  static IntStream repetitions() {
    return IntStream.rangeClosed(1, Integer.getInteger("penstock.it.repeat", 1));
  }

  private static PenstockProcess worker() {
    return CLUSTER.worker("w" + ++started, router, "--device", DEVICE);
  }

  private static Load load() {
    return Load.start(CLIENTS, () -> client.detect(Picture.ROCKET));
  }

  @ParameterizedTest
  @MethodSource("repetitions")
  void every_request_is_answered_once_when_a_worker_is_killed(int repetition) {
    try (Load load = load()) {
      Duration usual = slowest(load.awaitAnswers(100).soFar());
      first.kill();
      load.awaitAnswers(200);
      List<Answer> answers = load.stop();

      assertAllAnsweredOnce(answers);
      assertThat(answers).extracting(Answer::attempt).containsOnly(1, 2).contains(2);
      // Half of the workers are left, so a queue is twice as long; that is within the bound too.
      assertThat(slowest(answers)).isLessThan(usual.plusSeconds(3));
    }
  }

  @ParameterizedTest
  @MethodSource("repetitions")
  void every_request_is_answered_once_when_a_worker_hangs_and_it_serves_again_when_it_goes_on(
      int repetition) {
    try (Load load = load()) {
      Duration usual = slowest(load.awaitAnswers(100).soFar());
      first.pause();
      load.awaitTime(STOPPED);
      first.resume();
      load.awaitAnswer(
          "the worker that was stopped serves again",
          Duration.ofSeconds(10),
          answer -> answer.worker().equals(first.name()));
      List<Answer> answers = load.stop();

      assertAllAnsweredOnce(answers);
      assertThat(answers).extracting(Answer::attempt).containsOnly(1, 2).contains(2);
      // Ten times an execution of 80 ms is less than the 2 s that are always allowed.
      assertThat(slowest(answers)).isLessThan(usual.plusSeconds(2));
    }
  }

  @Test
  void a_worker_that_joins_later_takes_work() {
    second.kill();
    try (Load load = load()) {
      load.awaitAnswers(20);
      second = worker();
      load.awaitAnswer(
          "the new worker serves",
          Duration.ofSeconds(20),
          answer -> answer.worker().equals(second.name()));

      assertAllAnsweredOnce(load.stop());
    }
  }

  @Test
  void a_worker_that_is_told_to_end_hands_back_and_finishes_what_it_has() {
    try (Load load = load()) {
      load.awaitAnswers(50);
      first.terminate();
      assertThat(first.awaitExit(Duration.ofSeconds(10))).isEqualTo(143);
      load.awaitAnswers(50);
      List<Answer> answers = load.stop();

      assertAllAnsweredOnce(answers);
      assertThat(answers)
          .filteredOn(answer -> answer.attempt() > 1)
          .as("only jobs that were not started go to another worker, and at once")
          .allMatch(answer -> answer.elapsed().toMillis() < 1_500);
    }
  }

  @Test
  void accepted_requests_wait_for_a_new_worker_when_the_last_one_is_gone() {
    second.kill();
    List<CompletableFuture<Answer>> accepted =
        IntStream.range(0, CLIENTS).mapToObj(i -> client.detecting(Picture.ROCKET)).toList();
    Await.until(
        "all requests are accepted",
        Duration.ofSeconds(5),
        () -> Ledger.of(router).since(before).admitted() == CLIENTS);
    first.kill();
    Await.until(
        "the router misses its last worker",
        Duration.ofSeconds(3),
        () -> client.get("/readiness").status() == 503);

    Answer refused = client.detect(Picture.ROCKET);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
    assertThat(refused.elapsed()).isLessThan(Duration.ofSeconds(1));

    second = worker();
    assertAllAnsweredOnce(accepted.stream().map(Client::result).toList());
  }

  private void assertAllAnsweredOnce(List<Answer> answers) {
    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    Ledger.awaitNothingInFlight(router);
    Ledger sum = Ledger.of(router).since(before);
    assertThat(sum.answered()).as("%s", sum).isEqualTo(answers.size());
    assertThat(sum.cancelled()).as("%s", sum).isZero();
  }

  private static Duration slowest(List<Answer> answers) {
    return answers.stream().map(Answer::elapsed).max(Comparator.naturalOrder()).orElseThrow();
  }
}
