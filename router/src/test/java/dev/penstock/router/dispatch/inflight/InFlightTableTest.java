package dev.penstock.router.dispatch.inflight;

import static dev.penstock.router.dispatch.inflight.InFlightTable.Ack.ACCEPTED;
import static dev.penstock.router.dispatch.inflight.InFlightTable.Ack.LATE;
import static dev.penstock.router.dispatch.inflight.InFlightTable.Ack.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.Stage;
import dev.penstock.job.timing.Timings;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.InferenceOutcome.Completed;
import dev.penstock.router.dispatch.InferenceOutcome.Expired;
import dev.penstock.router.dispatch.InferenceOutcome.Failed;
import dev.penstock.router.dispatch.InferenceOutcome.JobReport;
import dev.penstock.router.dispatch.Requests;
import dev.penstock.router.dispatch.inflight.TableWorld.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests, claims and results. */
final class InFlightTableTest {
  private final TableWorld world = new TableWorld();

  @Test
  void an_admitted_request_puts_one_descriptor_for_each_image_into_the_queue_in_order() {
    Asked asked = world.ask(3);

    assertThat(world.queue)
        .extracting(JobDescriptor::id)
        .containsExactly(asked.job(0), asked.job(1), asked.job(2));
    assertThat(world.queue).extracting(JobDescriptor::tag).isSorted().doesNotHaveDuplicates();
    assertThat(world.table.counters().inFlight()).isEqualTo(3);
    assertThat(world.table.backlog())
        .singleElement()
        .satisfies(waiting -> assertThat(waiting.jobs()).isEqualTo(3));
  }

  @Test
  void a_request_is_let_in_whole_or_not_at_all() {
    world.ask(TableWorld.BOUND - 2);

    assertThat(world.ask(3).flight).isNull();
    assertThat(world.ask(2).flight).isNotNull();
    assertThat(world.ask(1).flight).isNull();
    assertThat(world.queue).hasSize(TableWorld.BOUND);
  }

  @Test
  void a_claim_leases_with_payload_and_what_is_left_of_the_time() {
    Asked asked = world.ask(2);
    world.ticker.advanceMillis(400);

    Claim.Granted lease = world.lease("w1", asked.job(1));

    assertThat(lease.attempt()).isEqualTo(1);
    assertThat(lease.payload()).containsExactly(1);
    assertThat(lease.budgetNanos()).isEqualTo(Requests.TIMEOUT.minusMillis(400).toNanos());
    assertThat(world.table.hasWaiting(Requests.ref(TableWorld.MODEL))).isTrue();
    world.lease("w1", asked.job(0));
    assertThat(world.table.hasWaiting(Requests.ref(TableWorld.MODEL))).isFalse();
  }

  @Test
  void a_copy_of_a_leased_or_answered_job_is_refused_at_the_claim() {
    Asked asked = world.ask(1);
    Claim.Granted lease = world.lease("w1", asked.job(0));

    assertThat(world.claim("w2", asked.job(0))).isEmpty();
    assertThat(world.claim("w1", asked.job(0))).describedAs("another claim").isEmpty();
    world.done(lease);
    assertThat(world.claim("w2", asked.job(0))).isEmpty();
    assertThat(world.claim("w2", new JobId("somebody else", 1))).isEmpty();
    assertThat(world.table.counters().refusedClaims()).isEqualTo(4);
  }

  @Test
  void copies_of_a_job_in_one_claim_are_one_lease() {
    Asked asked = world.ask(1);

    assertThat(world.claim("w1", asked.job(0), asked.job(0), asked.job(0))).hasSize(1);
    assertThat(world.table.counters().refusedClaims()).isEqualTo(2);
  }

  @Test
  void a_claim_whose_answer_was_lost_gives_the_same_leases_when_repeated() {
    Asked asked = world.ask(2);
    Claim claim = world.claimOf("w1", asked.job(0), asked.job(1));
    List<Claim.Granted> first = world.claim(claim);

    assertThat(world.claim(claim)).usingRecursiveComparison().isEqualTo(first);
    assertThat(first).extracting(Claim.Granted::attempt).containsOnly(1);
  }

  @Test
  void a_repeated_claim_of_a_lost_lease_is_a_new_attempt() {
    Asked asked = world.ask(1);
    Claim claim = world.claimOf("w1", asked.job(0));
    Claim.Granted first = world.claim(claim).get(0);
    world.step(() -> world.table.workerGone("w1"));

    Claim.Granted second = world.claim(claim).get(0);

    assertThat(second.attempt()).isEqualTo(2);
    assertThat(second.token()).isNotEqualTo(first.token());
  }

  @Test
  void the_result_of_every_image_makes_one_answer_in_the_order_of_the_images() {
    Asked asked = world.ask(3);
    Claim.Granted one = world.lease("w1", asked.job(0));
    Claim.Granted two = world.lease("w2", asked.job(1));
    Claim.Granted three = world.lease("w1", asked.job(2));

    assertThat(world.done(three)).isEqualTo(ACCEPTED);
    world.ticker.advanceMillis(1);
    assertThat(world.done(one)).isEqualTo(ACCEPTED);
    assertThat(asked.outcomes).isEmpty();
    assertThat(world.done(two)).isEqualTo(ACCEPTED);

    assertThat(asked.outcome().critical()).describedAs("finished last").isEqualTo(1);
    assertThat(asked.outcome().end()).isInstanceOf(Completed.class);
    assertThat(((Completed) asked.outcome().end()).results())
        .extracting(done -> done.answer()[0])
        .containsExactly((byte) 0, (byte) 1, (byte) 2);
    assertThat(asked.outcome().jobs())
        .extracting(JobReport::workerId)
        .containsExactly("id-of-w1", "id-of-w2", "id-of-w1");
    assertThat(world.table.counters().inFlight()).isZero();
  }

  @Test
  void a_result_posted_again_is_late_and_changes_nothing() {
    Asked asked = world.ask(1);
    Claim.Granted lease = world.lease("w1", asked.job(0));

    assertThat(world.done(lease)).isEqualTo(ACCEPTED);
    assertThat(world.done(lease)).isEqualTo(LATE);

    assertThat(asked.outcomes).hasSize(1);
    assertThat(world.table.counters().late()).isEqualTo(1);
  }

  @Test
  void a_forged_token_is_refused_and_the_right_one_still_answers() {
    Asked asked = world.ask(1);
    Claim.Granted lease = world.lease("w1", asked.job(0));
    var answer = new JobOutcome.Done(1, 1, new byte[0], null);

    assertThat(world.post(lease, "forged", answer)).isEqualTo(REFUSED);
    assertThat(world.post(lease, "", answer)).isEqualTo(REFUSED);
    assertThat(asked.outcomes).isEmpty();
    assertThat(world.done(lease)).isEqualTo(ACCEPTED);
  }

  @Test
  void a_result_of_an_attempt_that_was_never_made_is_refused() {
    Asked asked = world.ask(1);
    Claim.Granted lease = world.lease("w1", asked.job(0));
    for (int attempt : new int[] {-1, 0, 2, Integer.MAX_VALUE}) {
      var forged =
          new Claim.Granted(
              lease.id(), attempt, lease.token(), 1, lease.parameters(), lease.payload());
      assertThat(world.done(forged)).isEqualTo(REFUSED);
    }
    assertThat(asked.outcomes).isEmpty();
  }

  @Test
  void the_first_valid_result_answers_be_its_lease_lost_or_not() {
    Asked asked = world.ask(1);
    Claim.Granted first = world.lease("w1", asked.job(0));
    world.step(() -> world.table.workerGone("w1"));
    Claim.Granted second = world.lease("w2", asked.job(0));

    assertThat(world.done(first)).isEqualTo(ACCEPTED);

    assertThat(asked.outcome().criticalJob().attempt()).isEqualTo(1);
    assertThat(asked.outcome().criticalJob().workerId()).isEqualTo("id-of-w1");
    assertThat(world.cancels).containsExactly("w2:" + asked.job(0));
    assertThat(world.done(second)).isEqualTo(LATE);
  }

  @Test
  void a_late_result_of_a_job_that_waits_again_takes_it_out_of_the_queue() {
    Asked asked = world.ask(1);
    Claim.Granted first = world.lease("w1", asked.job(0));
    world.step(() -> world.table.workerGone("w1"));
    assertThat(world.queue).hasSize(1);

    world.done(first);

    assertThat(asked.outcomes).hasSize(1);
    assertThat(world.queue).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = JobOutcome.Reason.class,
      names = {"UNREADABLE_IMAGE", "MODEL_INPUT"})
  void a_bad_image_ends_its_request_at_once(JobOutcome.Reason reason) {
    Asked asked = world.ask(3);
    Claim.Granted bad = world.lease("w1", asked.job(1));
    Claim.Granted other = world.lease("w2", asked.job(0));

    assertThat(world.fail(bad, reason)).isEqualTo(ACCEPTED);

    assertThat(asked.outcome().end())
        .isEqualTo(new Failed(new JobOutcome.Failed(reason, "it broke")));
    assertThat(asked.outcome().critical()).isEqualTo(1);
    assertThat(world.cancels).containsExactly("w2:" + other.id());
    assertThat(world.queue).describedAs("the third was never claimed").isEmpty();
    assertThat(world.table.counters().inFlight()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = JobOutcome.Reason.class,
      names = {"DEVICE", "LOAD"})
  void a_failure_of_the_worker_is_tried_once_more_before_the_client_hears_of_it(
      JobOutcome.Reason reason) {
    Asked asked = world.ask(1);
    Claim.Granted first = world.lease("w1", asked.job(0));

    assertThat(world.fail(first, reason)).isEqualTo(ACCEPTED);
    assertThat(asked.outcomes).isEmpty();
    assertThat(world.queue).hasSize(1);
    assertThat(world.fail(first, reason)).describedAs("posted again").isEqualTo(LATE);

    Claim.Granted second = world.lease("w2", asked.job(0));
    assertThat(world.fail(second, reason)).isEqualTo(ACCEPTED);
    assertThat(asked.outcome().end())
        .isEqualTo(new Failed(new JobOutcome.Failed(reason, "it broke")));
    assertThat(asked.outcome().criticalJob().attempt()).isEqualTo(2);
  }

  @Test
  void a_worker_failure_of_a_lost_attempt_does_not_disturb_the_live_one() {
    Asked asked = world.ask(1);
    Claim.Granted first = world.lease("w1", asked.job(0));
    world.step(() -> world.table.workerGone("w1"));
    Claim.Granted second = world.lease("w2", asked.job(0));

    assertThat(world.fail(first, JobOutcome.Reason.DEVICE)).isEqualTo(LATE);
    assertThat(world.done(second)).isEqualTo(ACCEPTED);
    assertThat(asked.outcome().end()).isInstanceOf(Completed.class);
  }

  @Test
  void a_deadline_ends_what_waits_and_what_runs() {
    Asked asked = world.ask(2);
    Claim.Granted lease = world.lease("w1", asked.job(0));

    world.expire(asked);

    assertThat(asked.outcome().end()).isEqualTo(new Expired("too late"));
    assertThat(asked.outcome().critical()).isEqualTo(1);
    assertThat(asked.outcome().jobs()).extracting(JobReport::attempt).containsExactly(1, 0);
    assertThat(world.queue).isEmpty();
    assertThat(world.cancels).containsExactly("w1:" + asked.job(0));
    assertThat(world.done(lease)).isEqualTo(LATE);
    world.expire(asked);
    world.cancel(asked);
    assertThat(asked.outcomes).hasSize(1);
  }

  @Test
  void a_client_that_leaves_frees_its_place_at_once_and_hears_nothing() {
    Asked asked = world.ask(TableWorld.BOUND);
    Claim.Granted answered = world.lease("w1", asked.job(0));
    Claim.Granted running = world.lease("w1", asked.job(1));
    world.done(answered);

    world.cancel(asked);
    world.cancel(asked);

    assertThat(world.table.counters().inFlight()).isZero();
    assertThat(world.table.counters().cancelled()).isEqualTo(TableWorld.BOUND - 1);
    assertThat(world.cancels).containsExactly("w1:" + running.id());
    assertThat(world.queue).isEmpty();
    assertThat(world.done(running)).isEqualTo(LATE);
    world.expire(asked);
    assertThat(asked.outcomes).isEmpty();
    assertThat(world.ask(TableWorld.BOUND).flight).isNotNull();
  }

  @Test
  void all_that_wait_for_a_model_nobody_can_load_hear_why() {
    Asked two = world.ask(2);
    Asked other = world.ask("other/1", 1, Requests.TIMEOUT);
    Asked leased = world.ask(1);
    world.lease("w1", leased.job(0));
    var failure = new JobOutcome.Failed(JobOutcome.Reason.LOAD, "no such operator");

    world.step(() -> world.table.failWaiting(Requests.ref(TableWorld.MODEL), failure));

    assertThat(two.outcome().end()).isEqualTo(new Failed(failure));
    assertThat(other.outcomes).isEmpty();
    assertThat(leased.outcomes).isEmpty();
    assertThat(world.queue).extracting(JobDescriptor::model).containsExactly("other/1");
  }

  @Test
  void what_is_kept_for_a_request_is_let_go_however_it_ends() {
    var letGo = new ArrayList<String>();
    Asked done = world.ask(1);
    done.flight().whenEnded(() -> letGo.add("done"));
    Asked gone = world.ask(1);
    gone.flight().whenEnded(() -> letGo.add("gone"));
    Asked early = world.ask(1);

    world.done(world.lease("w1", done.job(0)));
    world.cancel(gone);
    world.expire(early);
    early.flight().whenEnded(() -> letGo.add("early"));

    assertThat(letGo).containsExactly("done", "gone", "early");
  }

  @Test
  void one_listener_that_throws_does_not_keep_the_others_from_their_answers() {
    var request = Requests.request(TableWorld.MODEL, 1, world.ticker.nanos());
    world.table.admit(
        request,
        false,
        job -> world.nextTag(),
        outcome -> {
          throw new IllegalStateException("a listener that breaks");
        });
    Asked other = world.ask(2);

    world.step(
        () ->
            world.table.failWaiting(
                Requests.ref(TableWorld.MODEL),
                new JobOutcome.Failed(JobOutcome.Reason.LOAD, "why")));

    assertThat(other.outcomes).hasSize(1);
    assertThat(world.queue).isEmpty();
  }

  @Test
  void times_of_an_answer_at_the_second_attempt_say_what_the_first_one_cost() {
    Asked asked = world.ask(1);
    world.ticker.advanceMillis(10);
    world.lease("w1", asked.job(0));
    world.ticker.advanceMillis(200);
    world.step(() -> world.table.workerGone("w1"));
    world.ticker.advanceMillis(30);
    Claim.Granted second = world.lease("w2", asked.job(0));
    world.ticker.advanceMillis(5);
    world.done(second);

    Timings timings = timings(asked);

    assertThat(timings.retry()).isEqualTo(millis(200));
    assertThat(timings.queue()).isEqualTo(millis(40) + 10);
    assertThat(timings.transport()).isEqualTo(millis(5) - 50);
    assertThat(timings.unaccounted()).isZero();
  }

  @Test
  void times_of_an_answer_by_a_lost_attempt_know_nothing_of_the_later_one() {
    Asked asked = world.ask(1);
    world.ticker.advanceMillis(10);
    Claim.Granted first = world.lease("w1", asked.job(0));
    world.ticker.advanceMillis(200);
    world.step(() -> world.table.workerGone("w1"));
    world.ticker.advanceMillis(30);
    world.lease("w2", asked.job(0));
    world.ticker.advanceMillis(5);
    world.done(first);

    Timings timings = timings(asked);

    assertThat(timings.retry()).isZero();
    assertThat(timings.queue()).isEqualTo(millis(10) + 10);
    assertThat(timings.transport()).isEqualTo(millis(235) - 50);
    assertThat(timings.unaccounted()).isZero();
  }

  @Test
  void times_of_an_expired_job_add_up_with_a_lease_still_live() {
    Asked asked = world.ask(1);
    world.ticker.advanceMillis(10);
    world.lease("w1", asked.job(0));
    world.ticker.advanceMillis(90);
    world.expire(asked);

    Timings timings = timings(asked);

    assertThat(timings.queue()).isEqualTo(millis(10));
    assertThat(timings.retry()).isEqualTo(millis(90));
    assertThat(timings.execution()).isZero();
    assertThat(timings.unaccounted()).isZero();
  }

  @Test
  void a_slow_model_is_given_more_time_once_it_is_known() {
    String digest = Requests.ref(TableWorld.MODEL).digest();
    world.terms.executed(digest, TimeUnit.SECONDS.toNanos(3));
    Asked asked = world.ask(TableWorld.MODEL, 1, Duration.ofMinutes(5));
    JobId job = asked.job(0);
    world.lease("w1", job);

    world.renew("w1", TimeUnit.SECONDS.toNanos(29), job);
    assertThat(world.queue).isEmpty();
    world.renew("w1", TimeUnit.SECONDS.toNanos(31), job);
    assertThat(world.queue).hasSize(1);
    assertThat(world.table.suspects()).isEqualTo(Set.of());
  }

  private static Timings timings(Asked asked) {
    var timeline = asked.outcome().criticalJob().timeline();
    timeline.stamp(Stage.ANSWERED, timeline.at(Stage.RETURNED) + 7);
    return timeline.timings();
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
