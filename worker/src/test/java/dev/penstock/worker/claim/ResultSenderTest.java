package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.ResidentModel;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ResultSenderTest extends WorkerSide {
  private static AttemptResult result(JobId id) {
    return new AttemptResult(
        id,
        1,
        "token",
        new JobOutcome.Done(1, 1, new byte[] {1}, null),
        WorkerTimings.NONE,
        1,
        BatchReason.IDLE,
        0);
  }

  @Test
  void a_result_whose_acknowledgement_is_lost_is_posted_again_and_renewed_until_then() {
    held(id(1), model.resident("coco/1"));
    router.lostAnswers.set(1_000);

    results.send(result(id(1)));

    until(() -> router.results.size() == 2);
    assertThat(leases.isEmpty()).isFalse();
    router.lostAnswers.set(0);
    until(leases::isEmpty);
    assertThat(router.results).hasSizeGreaterThanOrEqualTo(2).containsOnly(id(1));
  }

  @Test
  void a_result_a_router_can_make_nothing_of_is_not_posted_for_ever() {
    held(id(1), model.resident("coco/1"));
    router.resultStatus = 400;

    results.send(result(id(1)));

    until(leases::isEmpty);
    assertThat(router.results).hasSize(1);
  }

  @Test
  void a_result_for_a_router_that_is_gone_ends_its_lease() {
    JobId id = new JobId("gone", 1);
    held(id, model.resident("coco/1"));

    results.send(result(id));

    assertThat(leases.isEmpty()).isTrue();
  }

  @Test
  void what_is_still_to_be_told_when_links_close_is_not_tried_for_ever() {
    held(id(1), model.resident("coco/1"));
    router.resultStatus = 500;
    results.send(result(id(1)));
    until(() -> !router.results.isEmpty());

    links.close();

    until(leases::isEmpty);
  }

  @Test
  void jobs_handed_back_are_told_to_their_router_and_let_go_of_their_model() {
    ResidentModel resident = model.resident("coco/1");
    assertThat(resident.acquire()).isTrue();
    ClaimedJob job = held(id(1), resident);

    results.handBack(List.of(job));
    resident.release();

    until(() -> router.heard(HandBack.class).size() == 1);
    assertThat(router.heard(HandBack.class).get(0).jobs()).containsExactly(id(1));
    assertThat(leases.isEmpty()).isTrue();
    assertThat(model.closed()).isEqualTo(1);
  }
}
