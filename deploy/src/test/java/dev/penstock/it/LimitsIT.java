package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Ledger;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is refused, given up or too late, and when the client hears of it. */
final class LimitsIT {
  private static final Duration AT_ONCE = Duration.ofMillis(500);

  @RegisterExtension final Cluster cluster = new Cluster();

  @Test
  void without_a_worker_a_request_is_503_at_once_and_says_when_to_try_again() {
    RouterProcess router = cluster.router();
    Client client = router.client();
    assertThat(client.get("/healthz").status()).isEqualTo(200);
    assertThat(client.get("/readiness").status()).isEqualTo(503);

    Answer answer = client.detect(Picture.ROCKET);

    assertThat(answer.status()).isEqualTo(503);
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    assertThat(answer.message()).contains("No worker is ready");
    assertThat(Ledger.of(router).admitted()).isZero();
  }

  @Test
  void a_body_over_the_limit_is_413_with_a_message_the_client_can_read() {
    RouterProcess router = cluster.router("--max-body", "100KB");
    Client client = router.client();

    Answer answer = client.detect(Picture.ASTRONAUT);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.message()).isNotBlank();
  }

  @Test
  void at_the_deadline_a_request_is_504_whether_it_is_executed_or_waits() {
    RouterProcess router = cluster.router("--request-timeout", "1s");
    cluster
        .worker("w1", router, "--device", "simulated:base=0ms,per-image=1800ms,max-batch=1")
        .awaitReady();
    Client client = router.client();
    CompletableFuture<Answer> executed = client.detecting(Picture.ROCKET);
    awaitLeased(router);
    CompletableFuture<Answer> second = client.detecting(Picture.ROCKET);
    CompletableFuture<Answer> third = client.detecting(Picture.ROCKET);

    assertLate(Client.result(executed));
    // Which of them came first is not known; the worker claims one batch ahead, and that is one.
    List<Answer> waited = List.of(Client.result(second), Client.result(third));
    waited.forEach(LimitsIT::assertLate);
    assertThat(waited)
        .filteredOn(answer -> !answer.has("X-Attempt"))
        .as("no worker ever had it")
        .singleElement()
        .satisfies(answer -> assertThat(answer.header("X-Execution-Time")).isEqualTo("0.000000"));
    Ledger.awaitNothingInFlight(router);
    assertThat(Ledger.of(router).answered()).isEqualTo(3);
    Await.until(
        "the result of the one that was executed comes late",
        Duration.ofSeconds(5),
        () -> Ledger.of(router).late() == 1);
  }

  @Test
  void a_client_that_hangs_up_frees_its_place_at_once() {
    RouterProcess router = cluster.router("--max-inflight", "3");
    cluster
        .worker("w1", router, "--device", "simulated:base=0ms,per-image=1500ms,max-batch=1")
        .awaitReady();
    Client client = router.client();
    CompletableFuture<Answer> executed = client.detecting(Picture.ROCKET);
    awaitLeased(router);
    CompletableFuture<Answer> kept = client.detecting(Picture.ROCKET);
    CompletableFuture<Answer> given = client.detecting(Picture.ROCKET);
    Await.until("all are admitted", Duration.ofSeconds(2), () -> Ledger.of(router).inFlight() == 3);

    Answer refused = client.detect(Picture.ROCKET);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
    given.cancel(true);
    Await.until("its place is free", AT_ONCE, () -> Ledger.of(router).inFlight() == 2);
    Answer next = client.detect(Picture.ROCKET);

    assertThat(next.status()).isEqualTo(200);
    assertThat(Client.result(executed).status()).isEqualTo(200);
    assertThat(Client.result(kept).status()).isEqualTo(200);
    assertThat(next.elapsed())
        .as("the one given up is not executed")
        .isLessThan(Duration.ofMillis(4_900));
    assertThat(Ledger.of(router).cancelled()).isEqualTo(1);
  }

  private static void awaitLeased(RouterProcess router) {
    Await.until(
        "a worker has the job",
        Duration.ofSeconds(2),
        () -> Ledger.of(router).inFlight() == 1 && Ledger.of(router).queued() == 0);
  }

  private static void assertLate(Answer answer) {
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.message()).isNotBlank();
    assertThat(answer.elapsed())
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(1).plus(AT_ONCE));
  }
}
