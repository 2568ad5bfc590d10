package dev.penstock.router.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WorkInFlightTest {
  private static final Caller FLOOD = new Caller("flood", 1);
  private static final Caller QUIET = new Caller("quiet", 1);
  private static final String DIGEST = "a";

  private final JobCosts costs = new JobCosts();
  private final WorkInFlight work = new WorkInFlight(costs);

  private static Line line(@Nullable Caller caller) {
    return new Line(caller, Priority.NORMAL, DIGEST);
  }

  @Test
  void who_floods_waits_behind_itself() {
    work.add(FLOOD, Priority.NORMAL, DIGEST, 500);
    assertThat(work.until(line(FLOOD), 1)).isEqualTo(501);
  }

  @Test
  void who_is_quiet_does_not_wait_behind_who_floods() {
    work.add(FLOOD, Priority.NORMAL, DIGEST, 500);
    assertThat(work.until(line(QUIET), 1))
        .describedAs("its own, and one of the other")
        .isEqualTo(2);
    work.add(QUIET, Priority.NORMAL, DIGEST, 3);
    assertThat(work.until(line(QUIET), 1)).isEqualTo(8);
    assertThat(work.until(line(FLOOD), 1)).isEqualTo(504);
  }

  @Test
  void it_is_never_more_than_all_there_is() {
    for (int caller = 0; caller < 50; caller++) {
      work.add(new Caller("c" + caller, 1 + caller % 3), Priority.NORMAL, DIGEST, 1 + caller);
    }
    for (int caller = 0; caller < 50; caller++) {
      assertThat(work.until(line(new Caller("c" + caller, 1 + caller % 3)), 1))
          .isBetween(2.0 + caller, work.total() + 1 + 1e-9);
    }
  }

  @Test
  void weights_shorten_the_wait() {
    work.add(FLOOD, Priority.NORMAL, DIGEST, 100);
    work.add(new Caller("heavy", 4), Priority.NORMAL, DIGEST, 7);
    assertThat(work.until(line(new Caller("heavy", 4)), 1)).isEqualTo(10);
  }

  @Test
  void somebody_new_is_like_a_caller_with_nothing() {
    work.add(FLOOD, Priority.NORMAL, DIGEST, 100);
    assertThat(work.until(line(null), 1)).isEqualTo(2);
  }

  @Test
  void jobs_weigh_what_their_model_costs() {
    costs.executed("slow", 1);
    costs.executed("fast", 0.01);
    work.add(FLOOD, Priority.NORMAL, "slow", 10);
    work.add(FLOOD, Priority.NORMAL, "fast", 10);
    assertThat(work.total()).isCloseTo(10.1, within(1e-9));
    assertThat(costs.of("new")).isCloseTo(0.505, within(1e-9));
    assertThat(costs.least()).isEqualTo(0.01);
  }

  @Test
  void nothing_is_left_of_who_has_gone() {
    work.add(FLOOD, Priority.NORMAL, DIGEST, 2);
    work.add(FLOOD, Priority.NORMAL, "b", 1);
    work.remove(FLOOD, Priority.NORMAL, DIGEST, 1);
    assertThat(work.jobs()).isEqualTo(2);
    work.remove(FLOOD, Priority.NORMAL, DIGEST, 1);
    work.remove(FLOOD, Priority.NORMAL, "b", 1);
    assertThat(work.jobs()).isZero();
    assertThat(work.until(line(QUIET), 1)).isEqualTo(1);
  }

  @Test
  void what_is_urgent_waits_less_behind_the_rest_of_its_caller() {
    work.add(FLOOD, Priority.NORMAL, DIGEST, 100);
    assertThat(work.until(new Line(FLOOD, Priority.HIGH, DIGEST), 4)).isEqualTo(5);
    assertThat(work.until(new Line(FLOOD, Priority.LOW, DIGEST), 1)).isEqualTo(5);
    assertThat(work.until(new Line(FLOOD, Priority.NORMAL, DIGEST), 1)).isEqualTo(101);
  }

  @Test
  void another_model_of_the_same_caller_waits_beside_and_not_behind() {
    work.add(FLOOD, Priority.NORMAL, DIGEST, 100);
    assertThat(work.until(new Line(FLOOD, Priority.NORMAL, "b"), 1)).isEqualTo(2);
    work.add(FLOOD, Priority.NORMAL, "b", 9);
    assertThat(work.until(new Line(FLOOD, Priority.NORMAL, "b"), 1)).isEqualTo(20);
  }

  @Test
  void a_model_that_is_not_known_yet_may_be_the_one_that_waits_least() {
    work.add(FLOOD, Priority.NORMAL, DIGEST, 100);
    assertThat(work.until(new Line(FLOOD, Priority.NORMAL, null), 1)).isEqualTo(101);
    work.add(FLOOD, Priority.NORMAL, "b", 1);
    assertThat(work.until(new Line(FLOOD, Priority.NORMAL, null), 1)).isEqualTo(4);
    assertThat(work.until(new Line(FLOOD, Priority.HIGH, null), 1)).isEqualTo(1);
  }
}
