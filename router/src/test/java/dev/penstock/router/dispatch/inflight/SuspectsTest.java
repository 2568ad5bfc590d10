package dev.penstock.router.dispatch.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.InferenceOutcome.Completed;
import dev.penstock.router.dispatch.InferenceOutcome.Failed;
import dev.penstock.router.dispatch.inflight.TableWorld.Asked;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jobs that were running when a worker died: which of them run alone, and which one is given up.
 */
final class SuspectsTest {
  private final TableWorld world = new TableWorld();

  private void executes(String instance, boolean alone, JobId... jobs) {
    world.step(() -> world.table.executing(instance, Set.of(jobs), alone));
  }

  private void dies(String instance) {
    world.step(() -> world.table.workerDied(instance));
  }

  /** As much time passes as a worker has to come back, and the router looks. */
  private void staysAway() {
    world.ticker.advanceNanos(LeaseTerms.REJOIN_NANOS);
    world.step(() -> world.table.expireLeases(0));
  }

  @Test
  void what_had_started_when_a_worker_died_runs_alone_from_then_on() {
    Asked asked = world.ask(2);
    world.lease("w1", asked.job(0));
    assertThat(world.lease("w1", asked.job(1)).alone()).isFalse();
    executes("w1", false, asked.job(0));

    dies("w1");

    assertThat(world.lease("w2", asked.job(0)).alone()).isTrue();
    assertThat(world.lease("w2", asked.job(1)).alone()).describedAs("only waited").isFalse();
  }

  @Test
  void the_job_that_kills_a_second_worker_alone_is_answered_500_with_its_request_id() {
    Asked asked = world.ask(1);
    world.lease("w1", asked.job(0));
    executes("w1", false, asked.job(0));
    dies("w1");
    world.lease("w2", asked.job(0));
    executes("w2", true, asked.job(0));

    dies("w2");
    assertThat(asked.outcomes).describedAs("it may come back").isEmpty();
    staysAway();

    assertThat(((Failed) asked.outcome().end()).failure())
        .satisfies(failure -> assertThat(failure.reason()).isEqualTo(JobOutcome.Reason.DEVICE))
        .satisfies(
            failure ->
                assertThat(failure.message())
                    .contains("2 workers died", asked.flight().request.requestId()));
    assertThat(world.queue).describedAs("not offered again").isEmpty();
    assertThat(world.table.counters().quarantined()).isEqualTo(1);
  }

  @Test
  void innocents_of_a_killed_batch_run_alone_once_and_are_answered() {
    List<Asked> batch = List.of(world.ask(1), world.ask(1), world.ask(1));
    JobId[] jobs = batch.stream().map(asked -> asked.job(0)).toArray(JobId[]::new);
    world.pollAll();
    world.claim("w1", jobs);
    executes("w1", false, jobs);
    dies("w1");
    world.pollAll();

    List<Claim.Granted> suspects = world.claim("w2", jobs);
    assertThat(suspects).extracting(Claim.Granted::alone).containsOnly(true);
    executes("w2", true, jobs[0]);
    world.done(suspects.get(0));
    executes("w2", true, jobs[1]);
    dies("w2");
    staysAway();

    assertThat(batch.get(0).outcome().end()).isInstanceOf(Completed.class);
    assertThat(batch.get(1).outcome().end()).isInstanceOf(Failed.class);
    assertThat(batch.get(2).outcomes).describedAs("waited behind it").isEmpty();
    world.done(world.lease("w3", jobs[2]));
    assertThat(batch.get(2).outcome().end()).isInstanceOf(Completed.class);
  }

  /** Its result is on its way when the next suspect kills the worker. */
  @Test
  void a_suspect_that_had_ended_when_its_worker_died_is_not_quarantined() {
    List<Asked> batch = List.of(world.ask(1), world.ask(1));
    JobId[] jobs = batch.stream().map(asked -> asked.job(0)).toArray(JobId[]::new);
    world.pollAll();
    world.claim("w1", jobs);
    executes("w1", false, jobs);
    dies("w1");
    world.pollAll();
    world.claim("w2", jobs);
    executes("w2", true, jobs[0]);
    executes("w2", false);
    executes("w2", true, jobs[1]);
    dies("w2");
    staysAway();

    assertThat(batch.get(0).outcomes).isEmpty();
    assertThat(batch.get(1).outcome().end()).isInstanceOf(Failed.class);
    assertThat(world.queue).extracting(JobDescriptor::id).containsExactly(jobs[0]);
  }

  /** The worker knows nothing of running jobs alone: another one of its batch may have done it. */
  @Test
  void a_suspect_that_did_not_run_alone_is_tried_again() {
    Asked asked = world.ask(1);
    for (String worker : List.of("w1", "w2", "w3")) {
      world.lease(worker, asked.job(0));
      executes(worker, false, asked.job(0));
      dies(worker);
    }

    assertThat(asked.outcomes).isEmpty();
    assertThat(world.lease("w4", asked.job(0)).alone()).isTrue();
  }

  /** It says so of jobs that nothing speaks against; it may be sick itself. */
  @Test
  void a_worker_that_claims_to_run_everything_alone_has_no_job_quarantined_by_its_death() {
    Asked asked = world.ask(1);
    world.lease("w1", asked.job(0));
    executes("w1", true, asked.job(0));
    dies("w1");
    staysAway();

    assertThat(asked.outcomes).isEmpty();
    assertThat(world.queue).extracting(JobDescriptor::id).containsExactly(asked.job(0));
  }

  @Test
  void a_job_that_two_workers_held_when_they_died_is_a_suspect_though_neither_said_it_started() {
    Asked asked = world.ask(1);
    world.lease("w1", asked.job(0));
    dies("w1");
    assertThat(world.lease("w2", asked.job(0)).alone()).isFalse();
    dies("w2");

    assertThat(world.lease("w3", asked.job(0)).alone()).isTrue();
  }

  @Test
  void a_renewal_that_says_the_job_executes_is_as_good_as_an_announcement() {
    Asked asked = world.ask(1);
    world.lease("w1", asked.job(0));
    world.renew("w1", 0, asked.job(0));
    world.renew("w1", -1, asked.job(0));
    dies("w1");

    assertThat(world.lease("w2", asked.job(0)).alone()).isTrue();
  }

  @Test
  void an_announcement_of_a_worker_that_does_not_have_the_job_says_nothing() {
    Asked asked = world.ask(1);
    world.lease("w1", asked.job(0));
    executes("w2", true, asked.job(0), new JobId("somebody else", 1));
    dies("w1");

    assertThat(world.lease("w3", asked.job(0)).alone()).isFalse();
  }

  @Test
  void what_a_worker_whose_channel_only_broke_had_started_is_not_held_against_the_job() {
    Asked asked = world.ask(1);
    world.lease("w1", asked.job(0));
    executes("w1", false, asked.job(0));
    dies("w1");

    world.step(() -> world.table.workerJoined("w1"));

    assertThat(world.lease("w2", asked.job(0)).alone()).isFalse();
  }

  @Test
  void a_suspect_that_was_cleared_while_it_ran_alone_is_not_quarantined_by_one_death() {
    Asked asked = world.ask(1);
    world.lease("w1", asked.job(0));
    executes("w1", false, asked.job(0));
    dies("w1");
    world.lease("w2", asked.job(0));
    executes("w2", true, asked.job(0));
    world.step(() -> world.table.workerJoined("w1"));

    dies("w2");
    staysAway();

    assertThat(asked.outcomes).isEmpty();
    assertThat(world.lease("w3", asked.job(0)).alone()).isTrue();
  }

  private Claim.Granted doomed(Asked asked) {
    world.lease("w1", asked.job(0));
    executes("w1", false, asked.job(0));
    dies("w1");
    Claim.Granted lease = world.lease("w2", asked.job(0));
    executes("w2", true, asked.job(0));
    dies("w2");
    return lease;
  }

  @Test
  void a_suspect_whose_workers_channel_only_broke_keeps_its_lease() {
    Asked asked = world.ask(1);
    Claim.Granted lease = doomed(asked);
    world.ticker.advanceMillis(400);
    world.step(() -> world.table.workerJoined("w2"));
    world.renew("w2", 0, asked.job(0));
    staysAway();

    assertThat(world.queue).isEmpty();
    world.done(lease);
    assertThat(asked.outcome().end()).isInstanceOf(Completed.class);
  }

  @Test
  void a_result_that_was_under_way_when_the_worker_died_answers_the_suspect() {
    Asked asked = world.ask(1);
    Claim.Granted lease = doomed(asked);

    world.done(lease);
    staysAway();

    assertThat(asked.outcome().end()).isInstanceOf(Completed.class);
    assertThat(world.table.counters().quarantined()).isZero();
  }

  @Test
  void a_router_that_slept_gives_workers_the_time_to_come_back() {
    Asked asked = world.ask(1);
    doomed(asked);
    world.ticker.advanceMillis(60_000);
    world.step(() -> world.table.expireLeases(TimeUnit.SECONDS.toNanos(60)));
    assertThat(asked.outcomes).isEmpty();

    staysAway();
    assertThat(asked.outcome().end()).isInstanceOf(Failed.class);
  }

  @Test
  void a_suspect_whose_fate_is_open_is_given_to_nobody_else() {
    Asked asked = world.ask(1);
    doomed(asked);
    world.ticker.advanceNanos(LeaseTerms.REJOIN_NANOS - 1);
    world.step(() -> world.table.expireLeases(0));

    assertThat(world.claim("w3", asked.job(0))).isEmpty();
    assertThat(world.queue).isEmpty();
  }

  /** Silence, a batch that takes too long, a worker that leaves in order: never counted. */
  @ParameterizedTest
  @ValueSource(strings = {"silence", "hang", "drain", "hand back"})
  void what_is_not_a_death_makes_no_suspect(String loss) {
    Asked asked = world.ask(1);
    for (String worker : List.of("w1", "w2", "w3")) {
      JobId job = asked.job(0);
      world.lease(worker, job);
      executes(worker, false, job);
      switch (loss) {
        case "silence" -> {
          world.ticker.advanceNanos(LeaseTerms.SILENCE_NANOS + 1);
          world.step(() -> world.table.expireLeases(0));
        }
        case "hang" -> world.renew(worker, TimeUnit.HOURS.toNanos(1), job);
        case "drain" -> world.step(() -> world.table.workerGone(worker));
        default -> world.step(() -> world.table.handBack(worker, List.of(job)));
      }
      dies(worker);
    }

    assertThat(world.lease("w4", asked.job(0)).alone()).isFalse();
  }

  @Test
  void the_other_images_of_a_quarantined_request_end_with_it() {
    Asked asked = world.ask(3);
    world.lease("w1", asked.job(1));
    executes("w1", false, asked.job(1));
    dies("w1");
    world.lease("w2", asked.job(1));
    world.lease("w2", asked.job(2));
    executes("w2", true, asked.job(1));

    dies("w2");
    staysAway();

    assertThat(asked.outcome().end()).isInstanceOf(Failed.class);
    assertThat(world.queue).isEmpty();
    assertThat(world.table.counters().inFlight()).isZero();
  }
}
