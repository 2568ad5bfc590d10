package dev.penstock.router.dispatch.fair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.VirtualTimes;
import dev.penstock.job.JobId;
import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.Priority;
import dev.penstock.router.dispatch.OrderTag;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FairTagsTest {
  private static final String MODEL = "coco/1";
  private static final String OTHER = "zoo/1";
  private static final long COST = 1_000;
  private static final Caller A = new Caller("a", 1);
  private static final Caller B = new Caller("b", 1);

  private final FairTags tags = new FairTags();
  private long sequence;
  private JobId last = new JobId("router", 1);

  FairTagsTest() {
    tags.heard(List.of(cost(MODEL, COST), cost(OTHER, COST)));
  }

  private static Progress cost(String model, long micros) {
    return new Progress(model, 0, TimeUnit.MICROSECONDS.toNanos(micros));
  }

  private OrderTag next(Caller caller, Priority priority, String model) {
    last = new JobId("router", ++sequence);
    return tags.next(last, caller, priority, model);
  }

  private OrderTag next(Caller caller) {
    return next(caller, Priority.NORMAL, MODEL);
  }

  private OrderTag served(Caller caller) {
    OrderTag tag = next(caller);
    tags.claimed(List.of(last));
    return tag;
  }

  @Test
  void the_jobs_of_a_flow_stand_one_behind_the_other() {
    assertThat(next(A)).isEqualTo(new OrderTag(0, COST));
    assertThat(next(A)).isEqualTo(new OrderTag(COST, 2 * COST));
    assertThat(next(A)).isEqualTo(new OrderTag(2 * COST, 3 * COST));
  }

  @Test
  void who_comes_to_a_flood_is_next() {
    for (int job = 0; job < 100; job++) {
      next(A);
    }

    assertThat(next(B).start()).isZero();
  }

  @Test
  void weights_stretch_the_distance_between_jobs() {
    var heavy = new Caller("heavy", 4);
    var light = new Caller("light", 0.5);

    assertThat(next(heavy).finish()).isEqualTo(COST / 4);
    assertThat(next(light).finish()).isEqualTo(2 * COST);
  }

  @Test
  void a_flow_that_was_quiet_joins_where_the_queue_is_and_gains_nothing_by_it() {
    for (int job = 0; job < 10; job++) {
      served(A);
    }

    assertThat(tags.virtualTime(MODEL)).isEqualTo(9 * COST);
    assertThat(next(B).start()).isEqualTo(9 * COST);
  }

  @Test
  void each_queue_has_its_own_virtual_time() {
    for (int job = 0; job < 10; job++) {
      served(A);
    }

    assertThat(next(B, Priority.NORMAL, OTHER).start()).isZero();
  }

  @Test
  void urgent_work_passes_what_the_same_caller_has_waiting_and_is_charged_for_it() {
    for (int job = 0; job < 10; job++) {
      next(A);
    }

    OrderTag urgent = next(A, Priority.HIGH, MODEL);

    assertThat(urgent.start()).isZero();
    assertThat(urgent.finish()).describedAs("4 parts of 5").isEqualTo(COST * 5 / 4);
    assertThat(next(A)).describedAs("1 part of 5").isEqualTo(new OrderTag(10 * COST, 15 * COST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HIGH", "NORMAL", "LOW"})
  void a_caller_gains_nothing_by_calling_all_it_sends_urgent(Priority priority) {
    assertThat(next(A, priority, MODEL)).isEqualTo(new OrderTag(0, COST));
    assertThat(next(A, priority, MODEL)).isEqualTo(new OrderTag(COST, 2 * COST));
  }

  @Test
  void models_of_one_caller_share_what_it_has() {
    next(A);

    assertThat(next(A, Priority.NORMAL, OTHER)).isEqualTo(new OrderTag(0, 2 * COST));
  }

  @Test
  void what_is_past_no_longer_takes_a_part_of_the_share() {
    next(A, Priority.NORMAL, OTHER);
    tags.claimed(List.of(last));
    tags.heard(List.of(new Progress(OTHER, 5 * COST, 0)));

    assertThat(next(A)).isEqualTo(new OrderTag(0, COST));
  }

  @Test
  void jobs_of_slow_models_cost_more() {
    tags.heard(List.of(new Progress("slow/1", 0, TimeUnit.MILLISECONDS.toNanos(500))));

    assertThat(next(A, Priority.NORMAL, "slow/1").finish()).isEqualTo(500_000);
  }

  @Test
  void a_model_that_has_not_run_yet_costs_what_the_others_do() {
    tags.heard(List.of(cost(OTHER, 5 * COST)));
    long mean = (COST + COST + 4 * COST / 8) / 2;

    assertThat(next(A, Priority.NORMAL, "new/1").finish()).isEqualTo(mean);
    assertThat(new FairTags().next(last, A, Priority.NORMAL, "first/1").finish())
        .isEqualTo(TimeUnit.NANOSECONDS.toMicros(JobCosts.UNKNOWN_NANOS));
  }

  @Test
  void who_hangs_up_is_not_charged_for_what_was_never_served() {
    served(A);
    OrderTag before = next(A);
    tags.withdrawn(last);

    for (int retry = 0; retry < 1_000; retry++) {
      assertThat(next(A)).isEqualTo(before);
      tags.withdrawn(last);
    }
  }

  /** First come, first served: what waits keeps its place, whatever in front of it has left. */
  @Test
  void a_job_that_waits_is_never_overtaken_by_a_later_one_of_its_flow() {
    next(A);
    JobId first = last;
    OrderTag second = next(A);
    tags.withdrawn(first);

    assertThat(next(A).start()).isEqualTo(second.finish());
  }

  @Test
  void a_claim_that_is_told_twice_and_a_job_that_ends_after_it_change_nothing() {
    next(A);
    JobId job = last;
    tags.claimed(List.of(job, job));
    tags.claimed(List.of(job));
    tags.withdrawn(job);

    assertThat(next(A).start()).isEqualTo(COST);
    assertThat(tags.waiting()).containsExactly(last);
  }

  @Test
  void a_router_that_has_just_started_joins_where_the_others_are() {
    for (int job = 0; job < 10; job++) {
      served(A);
    }
    var restarted = new FairTags();
    restarted.heard(List.of(new Progress(MODEL, tags.virtualTime(MODEL), 0)));

    assertThat(restarted.next(last, B, Priority.NORMAL, MODEL).start()).isEqualTo(9 * COST);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, VirtualTimes.LARGEST + 1, Long.MAX_VALUE})
  void nonsense_is_not_followed(long virtualTime) {
    tags.heard(List.of(new Progress(MODEL, virtualTime, -5)));

    assertThat(next(A)).isEqualTo(new OrderTag(0, COST));
  }

  @Test
  void the_order_holds_at_the_end_of_all_numbers() {
    tags.heard(List.of(new Progress(MODEL, VirtualTimes.LARGEST, 0)));
    var next = next(A);
    for (int job = 0; job < 1_000; job++) {
      OrderTag following = served(new Caller("a", Double.MIN_VALUE));
      assertThat(following.start()).isGreaterThanOrEqualTo(next.finish());
      assertThat(following.finish()).isGreaterThan(following.start());
      next = following;
    }
    assertThat(next(B).start()).isLessThan(next.start());
  }

  /** Or virtual time would follow it, and everybody else would start where it is. */
  @Test
  void next_to_no_weight_does_not_run_away() {
    assertThat(next(new Caller("feather", Double.MIN_VALUE)).finish())
        .isEqualTo(FairTags.LONGEST_SPAN);
    assertThat(next(new Caller("rock", Double.MAX_VALUE)).finish()).isEqualTo(1);
  }

  @Test
  void when_a_worker_has_nothing_to_do_what_was_owed_is_forgiven() {
    served(new Caller("light", 0.001));
    next(B, Priority.NORMAL, OTHER);

    tags.idle(List.of(MODEL, "unknown/1"));

    assertThat(tags.size()).describedAs("the other model's").isEqualTo(1);
    assertThat(next(new Caller("light", 0.001)).start()).isZero();
  }

  @Test
  void a_queue_with_a_job_on_its_way_is_not_idle_whatever_a_worker_found() {
    served(new Caller("light", 0.001));
    next(A);

    tags.idle(List.of(MODEL));

    assertThat(next(new Caller("light", 0.001)).start()).isEqualTo(1_000 * COST);
  }

  @Test
  void callers_that_were_served_are_forgotten() {
    for (int caller = 0; caller < 5 * FairTags.MOST_FLOWS; caller++) {
      served(new Caller("caller-" + caller, 1));
      served(A);
    }

    assertThat(tags.size()).isLessThanOrEqualTo(FairTags.MOST_FLOWS + 2);
    assertThat(tags.waiting()).isEmpty();
  }

  /** Virtual time stands still while nobody sends twice. */
  @Test
  void made_up_callers_do_not_fill_the_memory() {
    served(A);
    served(A);
    OrderTag owed = next(A);
    for (int caller = 0; caller < 5 * FairTags.MOST_FLOWS; caller++) {
      served(new Caller("made-up-" + caller, 1));
    }

    assertThat(tags.size()).isLessThanOrEqualTo(FairTags.MOST_FLOWS + 1);
    assertThat(next(A).start())
        .describedAs("who has work waiting is kept")
        .isEqualTo(owed.finish());
  }
}
