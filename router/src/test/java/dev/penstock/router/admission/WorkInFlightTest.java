package dev.penstock.router.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class WorkInFlightTest {
  private static final Caller FLOOD = new Caller("flood", 1);
  private static final Caller QUIET = new Caller("quiet", 1);
  private static final String DIGEST = "a";

  private final JobCosts costs = new JobCosts();
  private final WorkInFlight work = new WorkInFlight(costs);

  @Test
  void who_floods_waits_behind_itself() {
    work.add(FLOOD, DIGEST, 500);
    assertThat(work.until(FLOOD, 1)).isEqualTo(501);
  }

  @Test
  void who_is_quiet_does_not_wait_behind_who_floods() {
    work.add(FLOOD, DIGEST, 500);
    assertThat(work.until(QUIET, 1)).describedAs("its own, and one of the other").isEqualTo(2);
    work.add(QUIET, DIGEST, 3);
    assertThat(work.until(QUIET, 1)).isEqualTo(8);
    assertThat(work.until(FLOOD, 1)).isEqualTo(504);
  }

  @Test
  void it_is_never_more_than_all_there_is() {
    for (int caller = 0; caller < 50; caller++) {
      work.add(new Caller("c" + caller, 1 + caller % 3), DIGEST, 1 + caller);
    }
    for (int caller = 0; caller < 50; caller++) {
      assertThat(work.until(new Caller("c" + caller, 1 + caller % 3), 1))
          .isBetween(2.0 + caller, work.total() + 1 + 1e-9);
    }
  }

  @Test
  void weights_shorten_the_wait() {
    work.add(FLOOD, DIGEST, 100);
    work.add(new Caller("heavy", 4), DIGEST, 7);
    assertThat(work.until(new Caller("heavy", 4), 1)).isEqualTo(10);
  }

  @Test
  void somebody_new_is_like_a_caller_with_nothing() {
    work.add(FLOOD, DIGEST, 100);
    assertThat(work.until(null, 1)).isEqualTo(2);
  }

  @Test
  void jobs_weigh_what_their_model_costs() {
    costs.executed("slow", 1);
    costs.executed("fast", 0.01);
    work.add(FLOOD, "slow", 10);
    work.add(FLOOD, "fast", 10);
    assertThat(work.total()).isCloseTo(10.1, within(1e-9));
    assertThat(costs.of("new")).isCloseTo(0.505, within(1e-9));
    assertThat(costs.least()).isEqualTo(0.01);
  }

  @Test
  void nothing_is_left_of_who_has_gone() {
    work.add(FLOOD, DIGEST, 2);
    work.add(FLOOD, "b", 1);
    work.remove(FLOOD, DIGEST, 1);
    assertThat(work.jobs()).isEqualTo(2);
    work.remove(FLOOD, DIGEST, 1);
    work.remove(FLOOD, "b", 1);
    assertThat(work.jobs()).isZero();
    assertThat(work.until(QUIET, 1)).isEqualTo(1);
  }
}
