package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.FakeTicker;
import dev.penstock.worker.batch.ResidentModel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class OpenClaimsTest {
  private final FakeTicker ticker = new FakeTicker();
  private final OpenClaims claims = new OpenClaims(ticker);
  private final ResidentModel coco = new FakeModel(4).resident("coco/1");
  private final ResidentModel parts = new FakeModel(4).resident("parts/7");

  @Test
  void jobs_count_from_the_claim_to_its_answer() {
    OpenClaims.OpenClaim first = claims.open(coco, 3, "one");
    claims.open(coco, 3, "one");
    assertThat(claims.jobs(coco)).describedAs("alike and yet two").isEqualTo(6);
    assertThat(claims.jobs(parts)).isZero();
    assertThat(claims.otherThan(parts)).isTrue();
    assertThat(claims.otherThan(coco)).isFalse();

    claims.close(first);
    claims.close(first);

    assertThat(claims.jobs(coco)).isEqualTo(3);
  }

  @Test
  void a_model_stays_in_memory_until_its_claim_is_answered() {
    OpenClaims.OpenClaim claim = claims.open(coco, 3, "one");
    assertThat(coco.isInUse()).isTrue();

    claims.close(claim);
    claims.close(claim);

    assertThat(coco.isInUse()).isFalse();
    assertThat(coco.isGone()).isFalse();
  }

  @Test
  void a_router_that_does_not_answer_keeps_nobody_else_from_being_served() {
    claims.open(coco, 4, "one");
    ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(OpenClaims.PATIENCE_NANOS));

    assertThat(claims.jobs(coco)).isZero();
    assertThat(claims.otherThan(parts)).isFalse();
    assertThat(claims.isEmpty()).isTrue();
  }

  /** What it does not give stands first in the queue again and again. */
  @Test
  void a_router_that_left_a_claim_unanswered_is_not_waited_for_again() {
    claims.open(coco, 1, "hangs");
    ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(OpenClaims.PATIENCE_NANOS));
    OpenClaims.OpenClaim second = claims.open(coco, 1, "hangs");
    claims.open(coco, 2, "answers");

    assertThat(claims.jobs(coco)).isEqualTo(2);
    claims.close(second);
    assertThat(claims.jobs(coco)).isEqualTo(2);
  }
}
