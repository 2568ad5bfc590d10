package dev.penstock.job.timing;

import static dev.penstock.job.timing.Stage.ANSWERED;
import static dev.penstock.job.timing.Stage.CLAIMED;
import static dev.penstock.job.timing.Stage.QUEUED;
import static dev.penstock.job.timing.Stage.RECEIVED;
import static dev.penstock.job.timing.Stage.RETURNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimelineTest {
  /** Held 40: waited 3, decode 5, preprocess 7, inference 11, postprocess 13, unexplained 1. */
  private static final WorkerTimings WORKER = new WorkerTimings(40, 3, 5, 7, 11, 13);

  /** Origins of a monotonic clock may be anything; near the end of its range it wraps around. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_000, -1_000_000_000_000L, Long.MAX_VALUE - 150, Long.MIN_VALUE})
  void a_plain_answer_is_divided_among_all_parts(long start) {
    Timings timings = answered(start).timings();

    assertThat(timings).isEqualTo(new Timings(10, 90 + 3, 0, 60 - 40, WORKER, 5, 165));
    assertThat(timings.execution()).isEqualTo(36);
    assertThat(timings.unaccounted()).isEqualTo(1);
  }

  @Test
  void a_job_costs_its_own_stages_and_its_part_of_the_pass() {
    var timings = new WorkerTimings(1_000, 100, 20, 15, 60, 5);
    assertThat(timings.cost(1)).isEqualTo(timings.execution()).isEqualTo(100);
    assertThat(timings.cost(4)).isEqualTo(20 + 15 + 5 + 15);
    assertThat(WorkerTimings.NONE.cost(8)).isEqualTo(1);
  }

  @Test
  void what_lost_attempts_cost_is_no_waiting() {
    Timeline timeline = answered(0);
    timeline.addRetry(30);
    timeline.addRetry(20);

    Timings timings = timeline.timings();

    assertThat(timings.retry()).isEqualTo(50);
    assertThat(timings.queue()).isEqualTo(90 - 50 + 3);
    assertThat(timings.unaccounted()).isEqualTo(1);
  }

  @Test
  void a_refusal_has_neither_queue_nor_execution() {
    var timeline = new Timeline(100);
    timeline.stamp(RECEIVED, 140);
    timeline.stamp(ANSWERED, 145);

    assertThat(timeline.timings())
        .isEqualTo(new Timings(40, 0, 0, 0, WorkerTimings.NONE, 5, 45))
        .extracting(Timings::unaccounted)
        .isEqualTo(0L);
  }

  @Test
  void a_refusal_before_the_body_was_there_is_all_receiving() {
    var timeline = new Timeline(100);
    timeline.stamp(ANSWERED, 145);

    assertThat(timeline.timings()).isEqualTo(new Timings(45, 0, 0, 0, WorkerTimings.NONE, 0, 45));
  }

  @Test
  void a_job_nobody_claimed_waited_until_it_was_given_up() {
    var timeline = new Timeline(0);
    timeline.stamp(RECEIVED, 8);
    timeline.stamp(QUEUED, 10);
    timeline.stamp(RETURNED, 100);
    timeline.stamp(ANSWERED, 105);

    assertThat(timeline.timings()).isEqualTo(new Timings(10, 90, 0, 0, WorkerTimings.NONE, 5, 105));
  }

  @Test
  void a_job_given_up_after_lost_attempts_divides_its_waiting_and_their_cost() {
    var timeline = new Timeline(0);
    timeline.stamp(QUEUED, 10);
    timeline.addRetry(60);
    timeline.stamp(RETURNED, 100);
    timeline.stamp(ANSWERED, 105);

    assertThat(timeline.timings())
        .isEqualTo(new Timings(10, 30, 60, 0, WorkerTimings.NONE, 5, 105));
  }

  @Test
  void a_failed_serialisation_is_answered_without_a_result() {
    var timeline = new Timeline(0);
    timeline.stamp(QUEUED, 10);
    timeline.stamp(ANSWERED, 50);

    assertThat(timeline.timings()).isEqualTo(new Timings(10, 40, 0, 0, WorkerTimings.NONE, 0, 50));
  }

  @RepeatedTest(100)
  void parts_add_up_in_every_shape(RepetitionInfo seed) {
    var random = new Random(seed.getCurrentRepetition());
    long now = random.nextLong();
    var timeline = new Timeline(now);
    for (Stage stage : Stage.values()) {
      now += random.nextInt(1_000_000);
      if (stage != Stage.STARTED && (stage == ANSWERED || random.nextInt(4) > 0)) {
        timeline.stamp(stage, now);
      }
    }
    if (timeline.reached(CLAIMED)) {
      timeline.worker(WORKER);
    }
    if (timeline.reached(QUEUED)) {
      timeline.addRetry(random.nextInt(1000));
    }

    Timings timings = timeline.timings();

    boolean ran = timeline.reached(CLAIMED) && timeline.reached(QUEUED);
    assertThat(timings.unaccounted()).isEqualTo(ran ? 1 : 0);
    assertThat(timings.total()).isEqualTo(timeline.at(ANSWERED) - timeline.at(Stage.STARTED));
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void no_stage_is_stamped_twice(Stage stage) {
    var timeline = new Timeline(0);
    if (stage != Stage.STARTED) {
      timeline.stamp(stage, 1);
    }

    assertThatIllegalStateException().isThrownBy(() -> timeline.stamp(stage, 2));
    assertThat(timeline.at(stage)).isLessThan(2);
  }

  @Test
  void no_stage_is_stamped_after_a_later_one() {
    var timeline = new Timeline(0);
    timeline.stamp(CLAIMED, 1);

    assertThatIllegalStateException()
        .isThrownBy(() -> timeline.stamp(QUEUED, 2))
        .withMessageContaining("QUEUED after");
  }

  @Test
  void a_moment_that_was_not_reached_has_no_time() {
    assertThatIllegalStateException().isThrownBy(() -> new Timeline(0).at(CLAIMED));
  }

  private static Timeline answered(long start) {
    var timeline = new Timeline(start);
    timeline.stamp(RECEIVED, start + 7);
    timeline.stamp(QUEUED, start + 10);
    timeline.stamp(CLAIMED, start + 100);
    timeline.stamp(RETURNED, start + 160);
    timeline.stamp(ANSWERED, start + 165);
    timeline.worker(WORKER);
    return timeline;
  }
}
