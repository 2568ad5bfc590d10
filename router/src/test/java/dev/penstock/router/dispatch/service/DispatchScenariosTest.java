package dev.penstock.router.dispatch.service;

import static dev.penstock.router.dispatch.service.SimPayload.GOOD;
import static dev.penstock.router.dispatch.service.SimPayload.KILLS;
import static dev.penstock.router.dispatch.service.SimPayload.KILLS_AT_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.service.SimCluster.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What has gone wrong, or would without the line that each test names, in a simulated cluster of
 * its own and with the delays of several seeds. Each was seen to fail with that line taken out.
 */
final class DispatchScenariosTest {
  private static final int SEEDS = 10;

  private static final Logger SPEAKER =
      Logger.getLogger("dev.penstock.router.dispatch.inflight.FollowUps");

  private SimWorld world = new SimWorld(0);
  private SimCluster cluster = new SimCluster(world);
  private SimRouter router = cluster.router();

  @BeforeAll
  static void hush() {
    SPEAKER.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    SPEAKER.setLevel(null);
  }

  private void eachSeed(Runnable scenario) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      world = new SimWorld(seed);
      cluster = new SimCluster(world);
      cluster.replacesTheDead = false;
      router = cluster.router();
      try {
        scenario.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + ": " + e.getMessage() + "\n" + world.lastEvents(), e);
      }
    }
  }

  private void run(long millis) {
    world.runFor(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private Asked ask(SimRouter asked, SimPayload... payloads) {
    return Objects.requireNonNull(cluster.ask(asked, "coco/1", 30_000, payloads));
  }

  private Asked ask(SimPayload... payloads) {
    return ask(router, payloads);
  }

  /** A worker with one lane whose batches take so long. */
  private SimWorker worker(int maxBatch, long batchMillis) {
    SimWorker worker = cluster.worker(1, maxBatch, SimCluster.MODELS);
    worker.device.batchNanos = TimeUnit.MILLISECONDS.toNanos(batchMillis);
    run(400);
    return worker;
  }

  private void answeredWithin(long millis, Asked asked, int attempt, SimWorker by) {
    assertThat(world.runUntil(asked::over, TimeUnit.MILLISECONDS.toNanos(millis)))
        .describedAs("answered in time")
        .isTrue();
    assertThat(asked.end()).isInstanceOf(InferenceOutcome.Completed.class);
    InferenceOutcome.JobReport job = asked.outcomes.get(0).criticalJob();
    assertThat(job.attempt()).isEqualTo(attempt);
    assertThat(job.workerId()).isEqualTo(by.instance);
  }

  private void answered(Asked asked) {
    assertThat(asked.over()).describedAs("answered").isTrue();
    assertThat(asked.end()).isInstanceOf(InferenceOutcome.Completed.class);
  }

  private String failure(Asked asked) {
    return ((InferenceOutcome.Failed) asked.end()).failure().message();
  }

  /** Guarded by {@code after.offer} in {@code LeaseKeeper.reconcile}. */
  @Test
  void descriptors_that_die_with_whoever_polled_them_are_missed_and_offered_again() {
    eachSeed(
        () -> {
          SimWorker dies = worker(4, 10);
          dies.claimer.diesBeforeItClaims = true;
          Asked asked = ask(GOOD);
          run(400);
          assertThat(dies.process.alive()).isFalse();

          answeredWithin(2_500, asked, 1, worker(4, 10));
        });
  }

  /** Guarded by the same line; no channel closes here. */
  @Test
  void descriptors_that_a_living_worker_keeps_to_itself_are_offered_again() {
    eachSeed(
        () -> {
          SimWorker keeps = worker(4, 10);
          keeps.claimer.neverClaims = true;
          Asked asked = ask(GOOD);
          run(300);
          keeps.claimer.stop();

          answeredWithin(2_500, asked, 1, worker(4, 10));
        });
  }

  /** Guarded by {@code job.attempt(result.attempt())} in {@code Endings.complete}. */
  @Test
  void a_result_of_attempt_1_that_arrives_after_attempt_2_was_leased_answers() {
    eachSeed(
        () -> {
          SimWorker sleeps = worker(1, 300);
          Asked asked = ask(GOOD);
          run(100);
          sleeps.process.pause(TimeUnit.SECONDS.toNanos(3), false);
          SimWorker second = worker(1, 4_000);
          run(2_000);
          assertThat(second.device.running()).describedAs("attempt 2 runs").hasSize(1);

          answeredWithin(1_500, asked, 1, sleeps);
          run(4_000);
          assertThat(router.table.counters().late()).isEqualTo(1);
        });
  }

  /** Guarded by {@code book.remove} in {@code Endings.remove}. */
  @Test
  void a_result_whose_acknowledgement_is_lost_is_taken_once_and_acknowledged_again() {
    eachSeed(
        () -> {
          SimWorker worker = worker(1, 100);
          Asked asked = ask(GOOD);
          run(30);
          SimLink link = cluster.link(router, worker);
          link.lostAnswers = 1;
          answeredWithin(500, asked, 1, worker);
          run(500);
          assertThat(worker.device.leases.isEmpty()).describedAs("acknowledged").isFalse();

          link.lostAnswers = 0;
          run(200);

          assertThat(worker.device.leases.isEmpty()).describedAs("acknowledged").isTrue();
          assertThat(router.table.counters().answered()).isEqualTo(1);
          assertThat(router.table.counters().late()).isPositive();
        });
  }

  /** Guarded by {@code repeated ? live : null} in {@code LeaseKeeper.leaseFor}. */
  @Test
  void a_claim_whose_answer_is_lost_is_repeated_and_is_the_same_lease() {
    eachSeed(
        () -> {
          SimWorker worker = worker(1, 50);
          SimLink link = cluster.link(router, worker);
          link.lostAnswers = 1;
          Asked asked = ask(GOOD);
          boolean claimed =
              world.runUntil(
                  () -> asked.jobs.get(0).attempts == 1, TimeUnit.MILLISECONDS.toNanos(300));
          link.lostAnswers = 0;

          assertThat(claimed).isTrue();
          answeredWithin(500, asked, 1, worker);
        });
  }

  /**
   * Guarded by {@code live.renewedNanos += lateByNanos} in {@code LeaseKeeper.expire} and by {@code
   * session.excuse} in {@code WorkerRegistry.look}: the router's timer may fire before it reads the
   * renewals that wait in its sockets.
   */
  @Test
  void a_router_that_slept_until_all_its_leases_looked_expired_loses_none() {
    eachSeed(
        () -> {
          worker(2, 6_000);
          worker(2, 6_000);
          List<Asked> asked = IntStream.range(0, 4).mapToObj(job -> ask(GOOD)).toList();
          run(400);
          router.process.pause(TimeUnit.SECONDS.toNanos(4), false);
          run(12_000);

          asked.forEach(this::answered);
          assertThat(router.table.counters().reoffered()).isZero();
        });
  }

  /**
   * Guarded by {@code inFlight() == 0} in what the simulation makes of {@code RouterNode.drain}.
   */
  @Test
  void a_router_that_leaves_with_leases_open_answers_them_first_and_nobody_misses_it() {
    eachSeed(
        () -> {
          SimRouter stays = cluster.router();
          SimWorker worker = worker(2, 200);
          List<Asked> asked = new ArrayList<>();
          for (int job = 0; job < 6; job++) {
            asked.add(ask(router, GOOD));
            asked.add(ask(stays, GOOD));
          }
          run(100);
          assertThat(worker.device.running()).isNotEmpty();
          router.leave();
          run(3_000);

          asked.forEach(this::answered);
          assertThat(cluster.incarnations()).containsExactly(stays.incarnation);
          answeredWithin(500, ask(stays, GOOD), 1, worker);
        });
  }

  /** Guarded by {@code queues.purge} in {@code Upkeep.purgeAfterRouters}. */
  @Test
  void what_a_dead_router_left_in_the_queues_is_taken_away_and_the_others_are_served() {
    eachSeed(
        () -> {
          SimRouter stays = cluster.router();
          // So busy that it takes nothing more out of the queue.
          SimWorker worker = worker(1, 3_000);
          for (int job = 0; job < 8; job++) {
            ask(router, GOOD);
          }
          Asked asked = ask(stays, GOOD);
          run(100);
          cluster.kill(router);
          run(2_500);

          assertThat(cluster.queue.jobs("coco/1"))
              .describedAs("jobs of the dead")
              .noneMatch(job -> job.id().incarnation().equals(router.incarnation));
          answeredWithin(9_000, asked, 1, worker);
        });
  }

  /**
   * Guarded by {@code live.alone && live.runsAlone} in {@code Quarantine.workerDied}, and by {@code
   * suspicion.isSuspect()} in {@code LeaseKeeper.leaseFor}, without which nothing runs alone.
   */
  @ParameterizedTest
  @EnumSource(
      value = SimPayload.class,
      names = {"KILLS", "KILLS_AT_ONCE"})
  void innocents_of_a_killed_batch_are_answered_and_only_the_job_that_kills_is_quarantined(
      SimPayload poison) {
    eachSeed(
        () -> {
          cluster.replacesTheDead = true;
          worker(4, 20);
          List<Asked> innocents = new ArrayList<>(List.of(ask(GOOD), ask(GOOD)));
          Asked guilty = ask(poison);
          innocents.add(ask(GOOD));
          run(10_000);

          innocents.forEach(this::answered);
          assertThat(failure(guilty)).contains("workers died").contains("request");
          assertThat(router.table.counters().quarantined()).isEqualTo(1);
          long died = cluster.workers.stream().filter(worker -> !worker.process.alive()).count();
          assertThat(died)
              .describedAs("workers it killed")
              .isLessThanOrEqualTo(poison == KILLS_AT_ONCE ? 3 : 2);
        });
  }

  /** Guarded by {@code waiting.isEmpty() || first.alone()} in the worker, by the witness here. */
  @Test
  void two_jobs_that_kill_take_four_workers_at_most_though_they_came_in_one_batch() {
    eachSeed(
        () -> {
          cluster.replacesTheDead = true;
          worker(4, 20);
          List<Asked> guilty = List.of(ask(KILLS), ask(KILLS));
          Asked innocent = ask(GOOD);
          run(12_000);

          answered(innocent);
          guilty.forEach(asked -> assertThat(failure(asked)).contains("workers died"));
          assertThat(cluster.workers.stream().filter(worker -> !worker.process.alive()).count())
              .isLessThanOrEqualTo(4);
        });
  }

  /** Guarded by {@code live.doomedNanos = null} in {@code Quarantine.absolve}. */
  @Test
  void a_suspect_whose_workers_channel_only_breaks_is_not_quarantined() {
    eachSeed(
        () -> {
          SimWorker dies = worker(1, 5_000);
          Asked asked = ask(GOOD);
          run(200);
          cluster.kill(dies);
          SimWorker breaks = worker(1, 3_000);
          run(200);
          assertThat(breaks.device.runsSuspect()).isTrue();
          cluster.reset(breaks, router);

          answeredWithin(4_000, asked, 2, breaks);
        });
  }

  /** Guarded by {@code table.workerGone} for drained workers in {@code WorkerSide.left}. */
  @Test
  void a_worker_that_is_killed_while_it_drains_makes_no_suspects() {
    eachSeed(
        () -> {
          SimWorker drains = worker(1, 5_000);
          Asked asked = ask(GOOD);
          run(200);
          drains.drain();
          run(100);
          cluster.kill(drains);
          SimWorker next = worker(1, 50);
          answeredWithin(1_000, asked, 2, next);

          assertThat(asked.jobs.get(0).alone).isFalse();
        });
  }

  /**
   * Guarded by {@code failures.isBenched} in {@code LeaseKeeper.isForOthers}: without it most jobs
   * spend their retry on the worker that polls fastest.
   */
  @Test
  void a_worker_that_fails_everything_fast_does_not_empty_the_queue() {
    eachSeed(
        () -> {
          SimWorker sick = worker(4, 1);
          SimWorker sound = worker(1, 150);
          sick.device.sick = true;
          List<Asked> asked = IntStream.range(0, 36).mapToObj(job -> ask(GOOD)).toList();
          run(7_000);

          asked.forEach(this::answered);
          assertThat(asked)
              .extracting(request -> request.outcomes.get(0).criticalJob().workerId())
              .containsOnly(sound.instance);
          long failed =
              asked.stream().filter(request -> !request.jobs.get(0).failedBy.isEmpty()).count();
          assertThat(failed).describedAs("jobs that lost an attempt to it").isLessThan(20);
        });
  }

  /**
   * Guarded by {@code OpenClaims.passesOver}: the jobs of a router that a worker cannot reach stand
   * first in the queue again and again.
   */
  @Test
  void a_worker_that_is_cut_off_from_one_router_serves_the_other() {
    eachSeed(
        () -> {
          SimRouter reached = cluster.router();
          SimWorker worker = worker(1, 20);
          ask(router, GOOD);
          run(200);
          cluster.link(router, worker).cut(TimeUnit.SECONDS.toNanos(20));
          for (int job = 0; job < 4; job++) {
            ask(router, GOOD);
          }
          List<Asked> asked = IntStream.range(0, 8).mapToObj(job -> ask(reached, GOOD)).toList();
          run(4_000);

          asked.forEach(this::answered);
        });
  }

  /** Guarded by {@code OpenClaims.counting}: else it claims whatever waits. */
  @Test
  void a_worker_on_a_slow_network_does_not_claim_what_others_could_do() {
    eachSeed(
        () -> {
          SimWorker slow = worker(4, 50);
          cluster.link(router, slow).slownessNanos = TimeUnit.SECONDS.toNanos(4);
          run(100);
          for (int job = 0; job < 36; job++) {
            ask(GOOD);
          }
          run(2_300);

          // Two batches on their way; some were answered meanwhile.
          assertThat(cluster.queue.jobs("coco/1").size()).isGreaterThanOrEqualTo(36 - 4 * 4);
        });
  }
}
