package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.FakeTicker;
import dev.penstock.worker.batch.ResidentModel;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class OpenClaimsTest {
  private final FakeTicker ticker = new FakeTicker();
  private Set<String> speaking = Set.of("one", "answers");
  private final OpenClaims claims = new OpenClaims(ticker, () -> speaking);
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
  void a_router_that_is_silent_while_others_speak_is_not_waited_for_again() {
    claims.open(coco, 1, "hangs");
    runsOut();
    assertThat(claims.passesOver("hangs")).isTrue();
    OpenClaims.OpenClaim second = claims.open(coco, 1, "hangs");
    claims.open(coco, 2, "answers");

    assertThat(claims.jobs(coco)).isEqualTo(2);
    claims.close(second);
    assertThat(claims.jobs(coco)).isEqualTo(2);
    assertThat(claims.passesOver("answers")).isFalse();
  }

  /** Else everything that waits would be claimed ahead over a slow network. */
  @Test
  void a_router_that_speaks_may_leave_one_claim_unanswered_and_no_more() {
    OpenClaims.OpenClaim first = claims.open(coco, 4, "one");
    runsOut();
    claims.open(coco, 3, "one");
    runsOut();
    claims.open(coco, 2, "one");
    runsOut();

    assertThat(claims.passesOver("one")).isFalse();
    assertThat(claims.jobs(coco)).isEqualTo(5);
    claims.close(first);
    assertThat(claims.jobs(coco)).isEqualTo(2);
  }

  /** There is nobody to serve instead, and when it speaks again all of it would be granted. */
  @Test
  void nobody_is_passed_over_while_nobody_speaks() {
    speaking = Set.of();
    claims.open(coco, 4, "pauses");
    runsOut();
    claims.open(coco, 3, "pauses");

    assertThat(claims.passesOver("pauses")).isFalse();
    assertThat(claims.jobs(coco)).isEqualTo(3);
  }

  @Test
  void a_router_that_owes_no_answer_or_speaks_again_is_not_passed_over() {
    OpenClaims.OpenClaim first = claims.open(coco, 4, "hangs");
    assertThat(claims.passesOver("hangs")).describedAs("not overdue").isFalse();
    runsOut();
    assertThat(claims.passesOver("hangs")).isTrue();
    speaking = Set.of("hangs", "answers");
    assertThat(claims.passesOver("hangs")).describedAs("speaks").isFalse();
    speaking = Set.of("answers");
    claims.close(first);

    assertThat(claims.passesOver("hangs")).describedAs("has answered").isFalse();
  }

  @Test
  void what_did_not_count_once_may_find_its_place_taken() {
    OpenClaims.OpenClaim slow = claims.open(coco, 4, "one");
    OpenClaims.OpenClaim other = claims.open(coco, 1, "answers");
    runsOut();
    claims.close(other);
    OpenClaims.OpenClaim later = claims.open(coco, 4, "answers");
    assertThat(claims.jobs(coco)).isEqualTo(4);

    assertThat(claims.isOverlooked(slow)).isTrue();
    assertThat(claims.isOverlooked(later)).isFalse();
  }

  private void runsOut() {
    ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(OpenClaims.PATIENCE_NANOS));
  }
}
