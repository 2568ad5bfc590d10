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
    OpenClaims.OpenClaim first = claims.open(coco, 3);
    claims.open(coco, 3);
    assertThat(claims.jobs(coco)).describedAs("alike and yet two").isEqualTo(6);
    assertThat(claims.jobs(parts)).isZero();
    assertThat(claims.otherThan(parts)).isTrue();
    assertThat(claims.otherThan(coco)).isFalse();

    claims.close(first);
    claims.close(first);

    assertThat(claims.jobs(coco)).isEqualTo(3);
  }

  @Test
  void a_router_that_does_not_answer_keeps_nobody_else_from_being_served() {
    claims.open(coco, 4);
    ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(OpenClaims.PATIENCE_NANOS));

    assertThat(claims.jobs(coco)).isZero();
    assertThat(claims.otherThan(parts)).isFalse();
    assertThat(claims.isEmpty()).isTrue();
  }
}
