package dev.penstock.router.dispatch.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.Priority;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.InferenceRequest;
import dev.penstock.router.dispatch.Requests;
import dev.penstock.router.dispatch.inflight.TableWorld.Asked;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers that die, fall silent, hang, or take a job without claiming it. */
final class LeaseLossTest {
  private static final long SILENCE_MILLIS =
      TimeUnit.NANOSECONDS.toMillis(LeaseTerms.SILENCE_NANOS);

  private final TableWorld world = new TableWorld();

  @Test
  void all_jobs_of_a_worker_that_dies_are_offered_again_in_their_old_place() {
    Asked asked = world.ask(3);
    List<JobDescriptor> before = List.copyOf(world.queue);
    world.lease("w1", asked.job(0));
    world.lease("w2", asked.job(1));
    world.lease("w1", asked.job(2));

    world.step(() -> world.table.workerGone("w1"));

    assertThat(world.queue).containsExactlyInAnyOrder(before.get(0), before.get(2));
    assertThat(world.table.counters().reoffered()).isEqualTo(2);
    assertThat(world.lease("w2", asked.job(0)).attempt()).isEqualTo(2);
    world.step(() -> world.table.workerGone("w1"));
    assertThat(world.table.counters().reoffered()).describedAs("said again").isEqualTo(2);
  }

  @Test
  void a_lease_that_nobody_renews_is_lost() {
    Asked asked = world.ask(2);
    JobId silent = asked.job(0);
    JobId renewed = asked.job(1);
    world.lease("w1", silent);
    world.lease("w1", renewed);

    world.ticker.advanceMillis(SILENCE_MILLIS);
    world.renew("w1", -1, renewed);
    world.step(() -> world.table.expireLeases(0));
    assertThat(world.queue).describedAs("at the limit").isEmpty();
    world.ticker.advanceNanos(1);
    world.step(() -> world.table.expireLeases(0));

    assertThat(world.queue).extracting(JobDescriptor::id).containsExactly(silent);
  }

  @Test
  void another_workers_renewal_keeps_no_lease() {
    Asked asked = world.ask(1);
    world.lease("w1", asked.job(0));

    world.ticker.advanceMillis(SILENCE_MILLIS + 1);
    world.renew("w2", -1, asked.job(0), new JobId("somebody else", 1));
    world.step(() -> world.table.expireLeases(0));

    assertThat(world.queue).hasSize(1);
  }

  @Test
  void all_leases_gain_the_time_this_router_slept() {
    Asked asked = world.ask(1);
    world.lease("w1", asked.job(0));
    world.ticker.advanceMillis(60_000);

    world.step(() -> world.table.expireLeases(TimeUnit.SECONDS.toNanos(60)));
    assertThat(world.queue).isEmpty();

    world.ticker.advanceMillis(SILENCE_MILLIS + 1);
    world.step(() -> world.table.expireLeases(0));
    assertThat(world.queue).describedAs("given once").hasSize(1);
  }

  /** The limit is 10 s while nothing is known of the model and doubles with each attempt. */
  @ParameterizedTest
  @CsvSource({"1, 10", "2, 20", "3, 40"})
  void a_job_that_executes_for_too_long_is_offered_again_although_it_is_renewed(
      int attempt, int limitSeconds) {
    Asked asked = world.ask(1);
    JobId job = asked.job(0);
    for (int lost = 1; lost < attempt; lost++) {
      world.lease("w1", job);
      world.step(() -> world.table.workerGone("w1"));
    }
    world.lease("w1", job);

    world.renew("w1", TimeUnit.SECONDS.toNanos(limitSeconds), job);
    assertThat(world.queue).isEmpty();
    world.renew("w1", TimeUnit.SECONDS.toNanos(limitSeconds) + 1, job);

    assertThat(world.queue).hasSize(1);
  }

  @Test
  void what_waits_behind_a_batch_that_hangs_is_offered_again_with_it() {
    Asked asked = world.ask(4);
    for (int job = 0; job < 3; job++) {
      world.lease("hangs", asked.job(job));
    }
    world.lease("other", asked.job(3));

    world.step(
        () ->
            world.table.renew(
                "hangs",
                List.of(
                    new Held(asked.job(0), -1),
                    new Held(asked.job(1), TimeUnit.SECONDS.toNanos(11)),
                    new Held(asked.job(2), TimeUnit.SECONDS.toNanos(1)),
                    new Held(asked.job(3), -1))));

    assertThat(world.queue)
        .describedAs("neither what another lane runs nor what another worker has")
        .extracting(JobDescriptor::id)
        .containsExactlyInAnyOrder(asked.job(0), asked.job(1));
  }

  @Test
  void waiting_in_the_worker_is_renewed_for_as_long_as_it_takes() {
    Asked asked = world.ask(1);
    world.lease("w1", asked.job(0));
    for (int second = 0; second < 29; second++) {
      world.ticker.advanceMillis(1_000);
      world.renew("w1", -1, asked.job(0));
      world.step(() -> world.table.expireLeases(0));
    }
    assertThat(world.queue).isEmpty();
  }

  @Test
  void jobs_handed_back_are_offered_again_by_whoever_holds_them() {
    Asked asked = world.ask(2);
    world.lease("w1", asked.job(0));
    world.lease("w2", asked.job(1));

    world.step(
        () ->
            world.table.handBack(
                "w1", List.of(asked.job(0), asked.job(1), new JobId("unknown", 3))));

    assertThat(world.queue).extracting(JobDescriptor::id).containsExactly(asked.job(0));
  }

  @Test
  void a_job_that_a_worker_failed_is_tried_by_another_one_that_has_the_model_first() {
    world.elsewhere = Set.of(Requests.ref(TableWorld.MODEL).digest());
    Asked asked = world.ask(1);
    world.fail(world.lease("sick", asked.job(0)), JobOutcome.Reason.DEVICE);
    world.pollAll();

    assertThat(world.claim("sick", asked.job(0))).isEmpty();
    assertThat(world.queue).describedAs("not at once").isEmpty();
    world.step(() -> world.table.expireLeases(0));
    assertThat(world.queue).hasSize(1);

    assertThat(world.done(world.lease("sound", asked.job(0)))).isEqualTo(Ack.ACCEPTED);
    assertThat(asked.outcome().end()).isInstanceOf(InferenceOutcome.Completed.class);
  }

  @Test
  void a_job_that_nobody_else_takes_in_time_goes_to_the_worker_that_failed_it() {
    world.elsewhere = Set.of(Requests.ref(TableWorld.MODEL).digest());
    Asked asked = world.ask(1);
    world.fail(world.lease("sick", asked.job(0)), JobOutcome.Reason.DEVICE);
    world.ticker.advanceNanos(LeaseTerms.OTHERS_FIRST_NANOS);

    assertThat(world.lease("sick", asked.job(0)).attempt()).isEqualTo(2);
  }

  @Test
  void a_job_that_the_only_worker_failed_goes_to_it_again_at_once() {
    world.elsewhere = Set.of("digest of another package");
    Asked asked = world.ask(1);
    world.fail(world.lease("sick", asked.job(0)), JobOutcome.Reason.DEVICE);

    assertThat(world.lease("sick", asked.job(0)).attempt()).isEqualTo(2);
  }

  @Test
  void what_does_not_fit_into_the_answer_of_a_claim_is_offered_again() {
    byte[] large = new byte[100 << 20];
    InferenceRequest small = Requests.request(TableWorld.MODEL, 1, world.ticker.nanos());
    Asked asked =
        world.ask(
            new InferenceRequest(
                "large",
                Caller.ANONYMOUS,
                Priority.NORMAL,
                small.model(),
                List.of(large, large, large),
                small.parameters(),
                small.startedNanos(),
                small.receivedNanos(),
                small.timeout()));
    world.pollAll();

    assertThat(world.claim("w1", asked.job(0), asked.job(1), asked.job(2)))
        .extracting(Claim.Granted::id)
        .containsExactly(asked.job(0), asked.job(1));
    assertThat(world.queue).isEmpty();
    world.step(() -> world.table.expireLeases(0));

    assertThat(world.queue).extracting(JobDescriptor::id).containsExactly(asked.job(2));
    assertThat(world.lease("w1", asked.job(2)).attempt()).isEqualTo(1);
    world.step(() -> world.table.expireLeases(0));
    assertThat(world.queue).describedAs("once").isEmpty();
  }

  @Test
  void a_descriptor_that_died_with_its_worker_is_offered_again_after_two_looks() {
    Asked asked = world.ask(2);
    JobDescriptor lost = world.queue.remove(0);

    world.ticker.advanceMillis(500);
    world.look();
    assertThat(world.queue).describedAs("missed once").hasSize(1);
    world.ticker.advanceMillis(500);
    world.look();

    assertThat(world.queue).contains(lost).hasSize(2);
    assertThat(world.lease("w2", lost.id()).attempt()).describedAs("never leased").isEqualTo(1);
    assertThat(asked.outcomes).isEmpty();
  }

  @Test
  void a_job_seen_in_between_was_not_lost() {
    world.ask(1);
    List<JobDescriptor> taken = world.pollAll();
    world.ticker.advanceMillis(500);
    world.look();
    world.queue.addAll(taken);
    world.ticker.advanceMillis(500);
    world.look();
    world.pollAll();
    world.ticker.advanceMillis(500);
    world.look();

    assertThat(world.queue).isEmpty();
  }

  @Test
  void a_job_that_was_just_queued_is_not_looked_for() {
    world.ask(1);
    world.pollAll();
    world.ticker.advanceMillis(399);
    assertThat(world.table.suspects()).isEmpty();
    world.ticker.advanceMillis(1);
    assertThat(world.table.suspects()).containsExactly(TableWorld.MODEL);
  }

  @Test
  void a_look_that_was_asked_for_before_the_offer_says_nothing_about_it() {
    Asked asked = world.ask(1);
    long asked0 = world.ticker.nanos();
    world.lease("w1", asked.job(0));
    world.ticker.advanceMillis(2_000);
    world.step(() -> world.table.workerGone("w1"));
    world.pollAll();

    for (int look = 0; look < 5; look++) {
      long at = asked0 + TimeUnit.MILLISECONDS.toNanos(500L * look);
      world.step(() -> world.table.reconcile(TableWorld.MODEL, Set.of(), at));
    }

    assertThat(world.queue).isEmpty();
  }

  @Test
  void a_job_that_stays_lost_is_offered_again_and_again_but_not_at_every_look() {
    world.ask(1);
    for (int look = 0; look < 12; look++) {
      world.pollAll();
      world.ticker.advanceMillis(500);
      world.look();
    }
    assertThat(world.table.counters().reoffered()).isBetween(3L, 6L);
  }

  @Test
  void a_copy_that_turns_up_later_is_harmless() {
    Asked asked = world.ask(1);
    List<JobDescriptor> slow = world.pollAll();
    for (int look = 0; look < 3; look++) {
      world.ticker.advanceMillis(500);
      world.look();
    }
    Claim.Granted lease = world.lease("w2", asked.job(0));

    assertThat(world.claim("w1", slow.get(0).id())).isEmpty();
    assertThat(world.done(lease)).isEqualTo(Ack.ACCEPTED);
    assertThat(asked.outcomes).hasSize(1);
  }
}
