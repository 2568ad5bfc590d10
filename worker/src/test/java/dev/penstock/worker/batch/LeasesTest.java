package dev.penstock.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.job.JobId;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LeasesTest {
  private static final JobId JOB = new JobId("one", 1);
  private static final JobId OTHER = new JobId("another", 1);

  private final FakeTicker ticker = new FakeTicker();
  private final Leases leases = new Leases(ticker);
  private final ResidentModel model = new FakeModel(1).resident("coco/1");

  private ClaimedJob job(JobId id, int attempt) {
    return new ClaimedJob(FakeModel.lease(id, attempt, "ok"), model, ticker.nanos());
  }

  @Test
  void what_is_being_claimed_is_renewed_and_what_was_not_granted_is_not() {
    leases.underWay(Set.of(JOB, OTHER));
    assertThat(leases.of("one")).containsExactly(new Held(JOB, -1));
    leases.settled(Set.of(JOB));

    assertThat(leases.of("one")).isEmpty();
    assertThat(leases.of("another")).containsExactly(new Held(OTHER, -1));
  }

  @Test
  void a_job_is_renewed_from_its_claim_to_its_end_and_says_for_how_long_it_runs() {
    ClaimedJob job = job(JOB, 1);
    leases.underWay(Set.of(JOB));
    leases.claimed(job);
    assertThat(leases.of("one")).containsExactly(new Held(JOB, -1));
    job.start(ticker.nanos());
    ticker.advanceMillis(2);

    assertThat(leases.of("one")).containsExactly(new Held(JOB, 2_000_000));
    assertThat(leases.find(JOB)).containsExactly(job);
    leases.ended(JOB, 1);
    assertThat(leases.isEmpty()).isTrue();
  }

  @Test
  void a_cancel_that_overtakes_the_payload_is_remembered_until_the_payload_is_there() {
    leases.underWay(Set.of(JOB, OTHER));
    assertThat(leases.cancel(JOB)).isEmpty();
    assertThat(leases.of("one")).describedAs("still under way").hasSize(1);
    ClaimedJob late = job(JOB, 1);
    ClaimedJob other = job(OTHER, 1);

    leases.claimed(late);
    leases.claimed(other);

    assertThat(late.worthStarting(ticker.nanos())).isFalse();
    assertThat(other.worthStarting(ticker.nanos())).isTrue();
  }

  @Test
  void a_cancel_is_forgotten_with_the_claim_that_it_overtook() {
    assertThat(leases.cancel(JOB)).isEmpty();
    leases.underWay(Set.of(JOB));
    leases.cancel(JOB);
    leases.settled(Set.of(JOB));
    ClaimedJob later = job(JOB, 2);

    leases.claimed(later);

    assertThat(later.worthStarting(ticker.nanos())).isTrue();
    assertThat(leases.cancel(JOB)).containsExactly(later);
    assertThat(later.worthStarting(ticker.nanos())).isFalse();
  }

  @Test
  void the_end_of_a_lost_attempt_does_not_end_the_later_one() {
    leases.claimed(job(JOB, 1));
    ClaimedJob later = job(JOB, 2);
    leases.claimed(later);
    assertThat(leases.find(JOB)).hasSize(2);

    leases.ended(JOB, 1);

    assertThat(leases.find(JOB)).containsExactly(later);
    assertThat(leases.of("one")).hasSize(1);
  }

  /** A copy of its descriptor was polled while the first claim was on its way. */
  @Test
  void a_second_claim_of_a_job_that_does_not_bring_it_does_not_end_the_renewals_of_the_first() {
    leases.underWay(Set.of(JOB));
    leases.underWay(Set.of(JOB));
    leases.cancel(JOB);
    leases.settled(Set.of(JOB));
    assertThat(leases.of("one")).containsExactly(new Held(JOB, -1));
    ClaimedJob job = job(JOB, 1);

    leases.claimed(job);

    assertThat(job.worthStarting(ticker.nanos())).describedAs("was cancelled").isFalse();
    assertThat(leases.ended(JOB, 1)).isTrue();
    assertThat(leases.ended(JOB, 1)).isFalse();
    assertThat(leases.isEmpty()).isTrue();
  }
}
