package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Ledger;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RogueWorker;
import dev.penstock.it.kit.RouterProcess;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.wire.Claim;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Workers that do the wrong thing at the worst moment, which a timed kill hits by luck alone. The
 * honest worker beside them is stopped while the rogue takes the job, and then goes on.
 */
final class RogueWorkerIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static RouterProcess router;
  private static PenstockProcess honest;
  private static Client client;
  private RogueWorker rogue;
  private Ledger before;

  @BeforeAll
  static void start() {
    router = CLUSTER.router();
    honest =
        CLUSTER.worker(
            "honest", router, "--device", "simulated:base=0ms,per-image=5ms,max-batch=4");
    honest.awaitReady();
    client = router.client();
  }

  @BeforeEach
  void join() {
    // Teaches the router how long an execution takes, and that the honest worker is there again.
    assertThat(client.detect(Picture.ROCKET).worker()).isEqualTo("honest");
    rogue = RogueWorker.join("rogue", router);
    before = Ledger.of(router);
    honest.pause();
  }

  @AfterEach
  void leave() {
    honest.resume();
    rogue.close();
    Await.until(
        "only the honest worker is left",
        Duration.ofSeconds(5),
        () -> client.get("/status").json().getJsonArray("workers").size() == 1);
  }

  @Test
  void polls_and_dies_and_its_job_is_missed_and_offered_again() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    rogue.poll();
    rogue.close();
    honest.resume();

    assertAnswered(answer, 1, "honest");
    assertThat(sum().reoffered()).isEqualTo(1);
  }

  @Test
  void polls_and_never_claims_and_its_job_is_missed_although_it_lives() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    JobDescriptor job = rogue.poll();
    honest.resume();
    renewUntilDone(answer, job.id(), Duration.ZERO);

    assertAnswered(answer, 1, "honest");
    assertThat(sum().reoffered()).isEqualTo(1);
  }

  @Test
  void claims_and_dies_and_its_job_is_offered_again_at_once() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    rogue.lease();
    rogue.close();
    Await.until("the lease is lost", Duration.ofMillis(500), () -> sum().reoffered() == 1);
    honest.resume();

    assertAnswered(answer, 2, "honest");
  }

  @Test
  void claims_and_stays_silent_and_loses_its_lease() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    rogue.lease();
    honest.resume();

    assertAnswered(answer, 2, "honest");
    assertThat(sum().reoffered()).isEqualTo(1);
  }

  @Test
  void hangs_in_its_batch_but_renews_and_loses_its_lease() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    Claim.Granted lease = rogue.lease();
    honest.resume();
    renewUntilDone(answer, lease.id(), Duration.ofSeconds(3));

    assertAnswered(answer, 2, "honest");
    assertThat(sum().reoffered()).isEqualTo(1);
  }

  @Test
  void hands_back_what_it_has_not_started() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    Claim.Granted lease = rogue.lease();
    rogue.say(new HandBack(List.of(lease.id())));
    honest.resume();

    assertAnswered(answer, 2, "honest");
    assertThat(sum().reoffered()).isEqualTo(1);
  }

  @Test
  void answers_twice_and_the_second_time_is_late() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    Claim.Granted lease = rogue.lease();

    assertThat(rogue.post(RogueWorker.result(lease))).isEqualTo("accepted");
    assertThat(rogue.post(RogueWorker.result(lease))).isEqualTo("late");
    assertAnswered(answer, 1, "rogue");
    assertThat(sum().late()).isEqualTo(1);
  }

  @Test
  void answers_after_another_attempt_has_answered() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    Claim.Granted lease = rogue.lease();
    honest.resume();
    assertAnswered(answer, 2, "honest");

    assertThat(rogue.post(RogueWorker.result(lease))).isEqualTo("late");
    assertThat(sum().late()).isEqualTo(1);
  }

  @Test
  void answers_first_although_its_lease_was_lost_and_another_attempt_runs() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    Claim.Granted lost = rogue.lease();
    rogue.say(new HandBack(List.of(lost.id())));
    Claim.Granted live = rogue.lease();

    assertThat(rogue.post(RogueWorker.result(lost))).isEqualTo("accepted");
    assertThat(rogue.post(RogueWorker.result(live))).isEqualTo("late");
    assertThat(live.attempt()).isEqualTo(2);
    assertAnswered(answer, 1, "rogue");
  }

  @Test
  void forges_a_token_and_is_refused() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    Claim.Granted lease = rogue.lease();

    assertThat(rogue.post(RogueWorker.result(lease, "forged"))).isEqualTo("refused");
    assertThat(answer).isNotDone();
    assertThat(sum().refusedResults()).isEqualTo(1);
    assertThat(rogue.post(RogueWorker.result(lease))).isEqualTo("accepted");
    assertAnswered(answer, 1, "rogue");
  }

  @Test
  void shows_the_token_of_an_earlier_attempt_and_is_refused() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    Claim.Granted lost = rogue.lease();
    rogue.say(new HandBack(List.of(lost.id())));
    Claim.Granted live = rogue.lease();

    assertThat(rogue.post(RogueWorker.result(live, lost.token()))).isEqualTo("refused");
    assertThat(rogue.post(RogueWorker.result(live))).isEqualTo("accepted");
    assertAnswered(answer, 2, "rogue");
  }

  @Test
  void repeats_its_claim_and_gets_the_same_lease() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    JobId job = rogue.poll().id();
    Claim.Granted first = rogue.claim("the same", job).get(0);
    Claim.Granted second = rogue.claim("the same", job).get(0);

    assertThat(second.token()).isEqualTo(first.token());
    assertThat(second.attempt()).isEqualTo(first.attempt()).isEqualTo(1);
    assertThat(second.payload()).isEqualTo(first.payload());
    rogue.post(RogueWorker.result(second));
    assertAnswered(answer, 1, "rogue");
    assertThat(sum().refusedClaims()).isZero();
  }

  @Test
  void claims_what_another_worker_has() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    Claim.Granted lease = rogue.lease();
    try (RogueWorker thief = RogueWorker.join("thief", router)) {
      assertThat(thief.claim(lease.id())).isEmpty();
    }

    assertThat(sum().refusedClaims()).isEqualTo(1);
    assertThat(rogue.post(RogueWorker.result(lease))).isEqualTo("accepted");
    assertAnswered(answer, 1, "rogue");
  }

  @Test
  void claims_what_was_answered_or_never_was() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    Claim.Granted lease = rogue.lease();
    rogue.post(RogueWorker.result(lease));
    assertAnswered(answer, 1, "rogue");

    assertThat(rogue.claim(lease.id(), new JobId("nobody", 1))).isEmpty();
    assertThat(sum().refusedClaims()).isEqualTo(2);
  }

  @Test
  void leaves_a_copy_of_a_job_in_the_queue_that_never_reaches_a_device() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    JobDescriptor job = rogue.poll();
    rogue.offerCopy(job);
    rogue.offerCopy(job);
    honest.resume();

    assertAnswered(answer, 1, "honest");
    // Taken with the job, the copy is no claim of its own; taken later, its claim is refused.
    Await.until("both are taken", Duration.ofSeconds(5), () -> sum().queued() == 0);
    assertThat(sum().late()).isZero();
  }

  @Test
  void misses_an_acknowledgement_and_posts_again() {
    CompletableFuture<Answer> answer = client.detecting(Picture.ROCKET);
    Claim.Granted lease = rogue.lease();
    rogue.postAndHangUp(RogueWorker.result(lease));
    assertAnswered(answer, 1, "rogue");

    assertThat(rogue.post(RogueWorker.result(lease))).isEqualTo("late");
    assertThat(sum().late()).isEqualTo(1);
  }

  /** Says every now and then that it holds the job, until somebody has answered it. */
  private void renewUntilDone(CompletableFuture<Answer> answer, JobId job, Duration executing) {
    Await.until(
        "somebody else answers",
        Duration.ofSeconds(10),
        () -> {
          rogue.renew(job, executing);
          return answer.isDone();
        });
  }

  private Ledger sum() {
    return Ledger.of(router).since(before);
  }

  private void assertAnswered(CompletableFuture<Answer> asked, int attempt, String worker) {
    Answer answer = Client.result(asked);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.attempt()).isEqualTo(attempt);
    assertThat(answer.worker()).isEqualTo(worker);
    assertThat(answer.elapsed()).isLessThan(Duration.ofSeconds(4));
    assertThat(sum().answered()).isEqualTo(1);
  }
}
