package dev.penstock.router.dispatch.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobOutcome.Reason;
import dev.penstock.router.dispatch.InferenceOutcome.Completed;
import dev.penstock.router.dispatch.InferenceOutcome.Failed;
import dev.penstock.router.dispatch.Requests;
import dev.penstock.router.dispatch.inflight.TableWorld.Asked;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers that fail job after job, and do not notice it themselves. */
final class FailingWorkersTest {
  private static final int STREAK = LeaseTerms.MOST_FAILURES_IN_A_ROW;

  private final TableWorld world = new TableWorld();

  /** So many other jobs are failed in a row, and wait for somebody else. */
  private void fail(int jobs, Reason reason) {
    for (int job = 0; job < jobs; job++) {
      world.fail(world.lease("sick", world.ask(1).job(0)), reason);
    }
    world.pollAll();
  }

  private void othersHaveTheModel() {
    world.elsewhere = Set.of(Requests.ref(TableWorld.MODEL).digest());
  }

  @Test
  void a_worker_that_failed_its_last_jobs_is_given_none_that_others_can_do() {
    othersHaveTheModel();
    fail(STREAK, Reason.DEVICE);
    Asked asked = world.ask(1);
    world.pollAll();

    assertThat(world.table.benched()).containsExactly("sick");
    assertThat(world.claim("sick", asked.job(0))).isEmpty();
    world.step(() -> world.table.expireLeases(0));

    assertThat(world.queue).extracting(JobDescriptor::id).contains(asked.job(0));
    world.done(world.lease("sound", asked.job(0)));
    assertThat(asked.outcome().end()).isInstanceOf(Completed.class);
  }

  @Test
  void a_worker_that_nobody_can_stand_in_for_goes_on() {
    fail(STREAK, Reason.DEVICE);

    assertThat(world.lease("sick", world.ask(1).job(0)).attempt()).isEqualTo(1);
  }

  @Test
  void after_a_while_it_may_show_that_it_is_well_again() {
    othersHaveTheModel();
    fail(STREAK, Reason.DEVICE);
    world.ticker.advanceNanos(LeaseTerms.BENCHED_NANOS);

    assertThat(world.table.benched()).isEmpty();
    world.done(world.lease("sick", world.ask(1).job(0)));
    world.fail(world.lease("sick", world.ask(1).job(0)), Reason.DEVICE);

    assertThat(world.table.benched()).describedAs("a new row").isEmpty();
  }

  @Test
  void one_more_failure_then_keeps_it_away_again_and_spends_no_jobs_last_attempt() {
    othersHaveTheModel();
    Asked failed = world.ask(1);
    world.fail(world.lease("sick", failed.job(0)), Reason.DEVICE);
    fail(STREAK - 1, Reason.DEVICE);
    world.ticker.advanceNanos(LeaseTerms.OTHERS_FIRST_NANOS);

    assertThat(world.claim("sick", failed.job(0))).describedAs("failed it before").isEmpty();
    world.fail(world.lease("sick", world.ask(1).job(0)), Reason.DEVICE);

    assertThat(world.table.benched()).containsExactly("sick");
    assertThat(failed.outcomes).isEmpty();
  }

  @Test
  void a_result_posted_again_is_one_failure() {
    othersHaveTheModel();
    var lease = world.lease("sick", world.ask(1).job(0));
    IntStream.range(0, 2 * STREAK).forEach(post -> world.fail(lease, Reason.DEVICE));

    assertThat(world.table.benched()).isEmpty();
  }

  /** What clients sent, and packages that are missing, say nothing of the device. */
  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"UNREADABLE_IMAGE", "MODEL_INPUT", "LOAD"})
  void failures_that_are_not_of_the_device_do_not_count(Reason reason) {
    othersHaveTheModel();
    fail(2 * STREAK, reason);

    assertThat(world.table.benched()).isEmpty();
  }

  @Test
  void a_worker_that_is_gone_is_forgotten() {
    othersHaveTheModel();
    for (Runnable end :
        List.<Runnable>of(
            () -> world.table.workerGone("sick"), () -> world.table.workerDied("sick"))) {
      fail(STREAK, Reason.DEVICE);
      world.step(end);
      assertThat(world.table.benched()).isEmpty();
    }
  }

  /** Somebody's broken image, or a model that no device runs, sent all day. */
  @Test
  void jobs_that_fail_on_two_workers_keep_neither_of_them_from_its_work() {
    othersHaveTheModel();
    for (int job = 0; job < 2 * STREAK; job++) {
      Asked asked = world.ask(1);
      world.fail(world.lease("one", asked.job(0)), Reason.DEVICE);
      world.fail(world.lease("two", asked.job(0)), Reason.DEVICE);
    }

    assertThat(world.table.benched()).isEmpty();
    fail(STREAK - 1, Reason.DEVICE);
    assertThat(world.table.benched()).isEmpty();
  }

  @Test
  void what_a_worker_fails_twice_is_held_against_it() {
    fail(STREAK - 2, Reason.DEVICE);
    Asked asked = world.ask(1);
    world.fail(world.lease("sick", asked.job(0)), Reason.DEVICE);
    world.fail(world.lease("sick", asked.job(0)), Reason.DEVICE);

    assertThat(world.table.benched()).containsExactly("sick");
  }

  /** Nor is what was last heard of workers that are gone kept for ever. */
  @Test
  void failures_of_long_ago_do_not_count() {
    othersHaveTheModel();
    fail(STREAK - 1, Reason.DEVICE);
    world.ticker.advanceNanos(FailureStreaks.MEMORY_NANOS);
    fail(1, Reason.DEVICE);

    assertThat(world.table.benched()).isEmpty();
  }

  @Test
  void a_job_that_fails_on_two_workers_is_answered_500() {
    othersHaveTheModel();
    Asked asked = world.ask(1);
    world.fail(world.lease("one", asked.job(0)), Reason.DEVICE);
    world.fail(world.lease("two", asked.job(0)), Reason.DEVICE);

    assertThat(asked.outcome().end()).isInstanceOf(Failed.class);
  }
}
