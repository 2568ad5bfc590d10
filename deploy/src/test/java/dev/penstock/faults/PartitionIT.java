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
import dev.penstock.it.kit.network.FragileNetwork;
import dev.penstock.it.kit.network.GatedLoopback;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that live and cannot reach each other for a while. */
final class PartitionIT {
  private static final String[] DEVICE = {
    "--device", "simulated:base=0ms,per-image=20ms,max-batch=4"
  };

  private static final Duration AGAIN = Duration.ofSeconds(20);

  private final FragileNetwork network = new GatedLoopback();

  @RegisterExtension final Cluster cluster = new Cluster(network);

  @Test
  void the_jobs_of_a_worker_that_is_cut_off_run_elsewhere_and_it_serves_again_afterwards() {
    RouterProcess router = cluster.router();
    PenstockProcess cutOff = cluster.worker("w1", router, DEVICE);
    PenstockProcess other = cluster.worker("w2", router, DEVICE);
    cutOff.awaitReady();
    other.awaitReady();
    Client client = router.client();

    try (Load load = Load.start(16, () -> client.detect(Picture.ROCKET))) {
      load.awaitAnswer("w1 serves", Duration.ofSeconds(10), answer -> answer.worker().equals("w1"));
      network.cut("w1", "r1");
      load.awaitTime(Duration.ofSeconds(12));
      network.heal();
      load.awaitAnswer("w1 serves again", AGAIN, answer -> answer.worker().equals("w1"));
      List<Answer> answers = load.stop();

      assertThat(answers).allMatch(answer -> answer.status() == 200);
      assertThat(answers).extracting(Answer::attempt).contains(2);
      assertThat(answers)
          .extracting(Answer::elapsed)
          .allMatch(elapsed -> elapsed.compareTo(Duration.ofSeconds(4)) < 0);
      assertConserved(router, answers.size());
    }
  }

  @Test
  void routers_that_lose_each_other_go_on_with_their_workers_and_meet_again() {
    RouterProcess one = cluster.router();
    RouterProcess two = cluster.routerBeside(one);
    List<PenstockProcess> workers =
        List.of(
            cluster.worker("w1", List.of(one, two), DEVICE),
            cluster.worker("w2", List.of(one, two), DEVICE));
    workers.forEach(PenstockProcess::awaitReady);
    Client clientOfOne = one.client();
    Client clientOfTwo = two.client();

    try (Load loadOfOne = Load.start(4, () -> clientOfOne.detect(Picture.ROCKET));
        Load loadOfTwo = Load.start(4, () -> clientOfTwo.detect(Picture.ROCKET))) {
      loadOfOne.awaitAnswers(20);
      loadOfTwo.awaitAnswers(20);
      network.cut("r1", "r2");
      network.cut("r1", "w2");
      network.cut("r2", "w1");
      awaitRouters(1, one);
      awaitRouters(1, two);
      loadOfOne.awaitAnswer("w1 serves r1", Duration.ofSeconds(15), answer -> true);
      loadOfTwo.awaitAnswer("w2 serves r2", Duration.ofSeconds(15), answer -> true);
      network.heal();
      awaitRouters(2, one);
      awaitRouters(2, two);
      loadOfOne.awaitAnswer("w2 serves r1", AGAIN, answer -> answer.worker().equals("w2"));
      loadOfTwo.awaitAnswer("w1 serves r2", AGAIN, answer -> answer.worker().equals("w1"));
      List<Answer> answersOfOne = loadOfOne.stop();
      List<Answer> answersOfTwo = loadOfTwo.stop();

      assertThat(answersOfOne).allMatch(answer -> answer.status() == 200);
      assertThat(answersOfTwo).allMatch(answer -> answer.status() == 200);
      assertConserved(one, answersOfOne.size());
      assertConserved(two, answersOfTwo.size());
    }
  }

  /**
   * Each worker then goes with one of the two. A router that is left without any says so, and a
   * balancer sends its clients to the other one.
   */
  @Test
  void routers_that_only_lose_each_other_serve_or_say_that_they_cannot() {
    RouterProcess one = cluster.router("--request-timeout", "10s");
    RouterProcess two = cluster.routerBeside(one, "--request-timeout", "10s");
    List<PenstockProcess> workers =
        List.of(
            cluster.worker("w1", List.of(one, two), DEVICE),
            cluster.worker("w2", List.of(one, two), DEVICE));
    workers.forEach(PenstockProcess::awaitReady);
    Client clientOfOne = one.client();
    Client clientOfTwo = two.client();

    try (Load loadOfOne = Load.start(4, () -> patiently(clientOfOne));
        Load loadOfTwo = Load.start(4, () -> patiently(clientOfTwo))) {
      network.cut("r1", "r2");
      awaitRouters(1, one);
      awaitRouters(1, two);
      int before = served(loadOfOne) + served(loadOfTwo);
      Await.until(
          "one of them serves",
          Duration.ofSeconds(15),
          () -> served(loadOfOne) + served(loadOfTwo) > before + 50);
      network.heal();
      awaitRouters(2, one);
      awaitRouters(2, two);
      loadOfOne.awaitAnswer("r1 serves", AGAIN, answer -> answer.status() == 200);
      loadOfTwo.awaitAnswer("r2 serves", AGAIN, answer -> answer.status() == 200);

      assertThat(loadOfOne.stop()).allSatisfy(PartitionIT::assertServedOrTold);
      assertThat(loadOfTwo.stop()).allSatisfy(PartitionIT::assertServedOrTold);
    }
  }

  private static int served(Load load) {
    return (int) load.soFar().stream().filter(answer -> answer.status() == 200).count();
  }

  /** A client that does not ask a router again at once that could not serve it. */
  private static Answer patiently(Client client) {
    Answer answer = client.detect(Picture.ROCKET);
    if (answer.status() == 503) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
    }
    return answer;
  }

  private static void assertServedOrTold(Answer answer) {
    switch (answer.status()) {
      case 200 -> assertThat(answer.classes()).isNotEmpty();
      case 503 -> assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
      case 504 -> assertThat(answer.elapsed()).isLessThan(Duration.ofSeconds(11));
      default -> throw new AssertionError("neither served nor told: " + answer);
    }
  }

  private static void awaitRouters(int count, RouterProcess seenBy) {
    Await.until(
        seenBy.process().name() + " sees " + count + " routers",
        Duration.ofSeconds(40),
        () -> seenBy.client().get("/status").json().getJsonArray("routers").size() == count);
  }

  private static void assertConserved(RouterProcess router, int answers) {
    Ledger.awaitNothingInFlight(router);
    assertThat(Ledger.of(router).answered()).isEqualTo(answers);
    assertThat(Ledger.of(router).cancelled()).isZero();
  }
}
