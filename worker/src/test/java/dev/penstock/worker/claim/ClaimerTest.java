package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.JobQueues;
import dev.penstock.job.JobDescriptor;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.FakeTicker;
import dev.penstock.worker.batch.Peek;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.queue.JobTaker;
import dev.penstock.worker.queue.QueueOrder;
import dev.penstock.worker.queue.QueueProgress;
import dev.penstock.worker.shelf.FakePackages;
import dev.penstock.worker.shelf.ModelShelf;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ClaimerTest extends WorkerSide {
  private final QueueProgress progress = new QueueProgress();
  private final AtomicInteger looks = new AtomicInteger();
  private final FakeTicker patience = new FakeTicker();
  private Set<String> speaking = Set.of();

  private ModelShelf shelf() {
    var shelf =
        new ModelShelf(device, Long.MAX_VALUE, new FakePackages(), new Quiet(), Ticker.SYSTEM);
    assertThat(shelf.request(COCO).join().id()).isEqualTo("coco/1");
    return shelf;
  }

  private Claimer claimer(ModelShelf shelf) {
    return claimer(shelf, new Arrivals(shelf, next, leases, results, Ticker.SYSTEM));
  }

  private Claimer claimer(ModelShelf shelf, Arrivals arrivals) {
    return new Claimer(
        new Hello("w", "instance", "cpu"),
        new JobTaker(new JobQueues(router.member), new QueueOrder(Ticker.SYSTEM), progress),
        links,
        shelf,
        next,
        leases,
        arrivals,
        new OpenClaims(patience, () -> speaking),
        signal,
        () -> looks.incrementAndGet(),
        Ticker.SYSTEM);
  }

  private void offer(int jobs) {
    for (int job = 1; job <= jobs; job++) {
      new JobQueues(router.member).offer(new JobDescriptor(id(job), "coco/1", COCO.digest(), job));
    }
  }

  @Test
  void claims_one_batch_ahead_of_a_busy_device_and_no_more() throws Exception {
    try (ModelShelf shelf = shelf()) {
      offer(10);
      Claimer claimer = claimer(shelf);
      var thread = new Thread(claimer);
      thread.start();

      until(() -> shelf.residents().stream().allMatch(resident -> next.room(resident) == 0));

      assertThat(new JobQueues(router.member).depth("coco/1")).isEqualTo(6);
      assertThat(progress.of(List.of("coco/1"))).containsExactly(new Progress("coco/1", 4, 0));
      claimer.stop();
      thread.join();
      results.handBack(next.close());
    }
  }

  /** As over a network on which a batch takes seconds, or from a router that pauses. */
  @Test
  void while_a_claim_is_not_answered_one_batch_more_is_claimed_and_not_the_whole_queue()
      throws Exception {
    router.holdsClaims = true;
    speaking = Set.of(FakeRouter.INCARNATION);
    try (ModelShelf shelf = shelf()) {
      offer(20);
      Claimer claimer = claimer(shelf);
      var thread = new Thread(claimer);
      thread.start();
      until(() -> router.claims.size() == 1);

      patience.advanceMillis(TimeUnit.NANOSECONDS.toMillis(OpenClaims.PATIENCE_NANOS));
      until(() -> router.claims.size() == 2);
      patience.advanceMillis(10 * TimeUnit.NANOSECONDS.toMillis(OpenClaims.PATIENCE_NANOS));
      for (int look = 0; look < 5; look++) {
        int looked = looks.get();
        claimer.rung();
        until(() -> looks.get() > looked);
      }

      assertThat(router.claims).hasSize(2);
      assertThat(new JobQueues(router.member).depth("coco/1")).isEqualTo(12);
      claimer.stop();
      thread.join();
      router.answerHeld();
      until(() -> shelf.residents().stream().allMatch(resident -> next.room(resident) == 0));
      results.handBack(next.close());
    }
  }

  /** Its jobs stand first in the queue again and again. */
  @Test
  void jobs_of_a_router_that_is_silent_are_taken_out_of_the_way_and_not_claimed() throws Exception {
    router.holdsClaims = true;
    speaking = Set.of("another");
    try (ModelShelf shelf = shelf()) {
      offer(20);
      Claimer claimer = claimer(shelf);
      var thread = new Thread(claimer);
      thread.start();
      until(() -> router.claims.size() == 1);

      patience.advanceMillis(TimeUnit.NANOSECONDS.toMillis(OpenClaims.PATIENCE_NANOS));
      until(() -> new JobQueues(router.member).depth("coco/1") == 0);

      assertThat(router.claims).hasSize(1);
      claimer.stop();
      thread.join();
      router.answerHeld();
    }
  }

  /** Where batching brings nothing: whoever comes next waits for one that runs and one claimed. */
  @Test
  void of_a_model_that_runs_one_at_a_time_one_job_is_claimed_ahead_and_no_more() throws Exception {
    model.limitBatch(1);
    try (ModelShelf shelf = shelf()) {
      offer(5);
      Claimer claimer = claimer(shelf);
      var thread = new Thread(claimer);
      thread.start();

      until(() -> leases.find(id(1)).size() == 1);
      for (int look = 0; look < 5; look++) {
        int wants = router.heard(Wants.class).size();
        claimer.rung();
        until(() -> router.heard(Wants.class).size() > wants);
      }

      assertThat(new JobQueues(router.member).depth("coco/1")).isEqualTo(4);
      assertThat(router.claims).containsOnly(router.claims.get(0));
      claimer.stop();
      thread.join();
      results.handBack(next.close());
    }
  }

  @Test
  void a_claim_whose_answer_is_lost_is_repeated_as_the_same_claim() throws Exception {
    try (ModelShelf shelf = shelf()) {
      offer(1);
      router.lostAnswers.set(2);
      Claimer claimer = claimer(shelf);
      var thread = new Thread(claimer);
      thread.start();

      until(() -> Peek.hasWaiting(next));

      assertThat(router.claims).hasSize(3).containsOnly(router.claims.get(0));
      claimer.stop();
      thread.join();
      assertThat(next.close()).hasSize(1);
    }
  }

  /** A worker with the package before would take them all, and each would wait for its load. */
  @Test
  void takes_no_more_of_a_model_while_jobs_wait_for_another_package_of_it_or_it_cannot_be_loaded()
      throws Exception {
    var ticker = new FakeTicker();
    try (ModelShelf shelf = shelf()) {
      var arrivals = new Arrivals(shelf, next, leases, results, ticker);
      var goOn = new CountDownLatch(1);
      device.beforeLoad = () -> awaitQuietly(goOn);
      arrivals.arrived(
          List.of(new JobDescriptor(id(1), "coco/1", "successor", 1)),
          List.of(FakeModel.lease(id(1), 1, "ok")),
          0,
          false);
      offer(5);
      Claimer claimer = claimer(shelf, arrivals);
      claimer.rung();
      var thread = new Thread(claimer);
      thread.start();
      until(() -> router.heard(Wants.class).contains(new Wants(Want.NOTHING)));
      assertThat(new JobQueues(router.member).depth("coco/1")).isEqualTo(5);
      assertThat(arrivals.avoids("zoo/1")).isFalse();

      arrivals.failed(new ModelRef("coco/1", "successor"), "no such operator");
      until(() -> router.results.contains(id(1)));
      assertThat(arrivals.avoids("coco/1")).describedAs("it cannot be loaded").isTrue();
      ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(Arrivals.FAILURE_MEMORY_NANOS));

      until(() -> new JobQueues(router.member).depth("coco/1") == 1);
      claimer.stop();
      thread.join();
      results.handBack(next.close());
      goOn.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_ring_is_answered_although_nothing_has_changed() throws Exception {
    try (ModelShelf shelf = shelf()) {
      Claimer claimer = claimer(shelf);
      var thread = new Thread(claimer);
      thread.start();
      until(() -> router.heard(Wants.class).size() == 1);

      claimer.rung();

      until(() -> router.heard(Wants.class).size() == 2);
      assertThat(router.heard(Wants.class)).containsOnly(new Wants(Want.ROOM));
      claimer.stop();
      thread.join();
    }
  }

  private static final class Quiet implements ModelShelf.Listener {
    @Override
    public void loaded(ResidentModel model) {}

    @Override
    public void failed(ModelRef model, String reason) {}

    @Override
    public void changed() {}
  }

  /** There it is decided whether anything may be taken at all. */
  @Test
  void each_look_into_the_queues_is_announced() throws Exception {
    try (ModelShelf shelf = shelf()) {
      next.pause();
      offer(1);
      Claimer claimer = claimer(shelf);
      var thread = new Thread(claimer);
      thread.start();
      until(() -> looks.get() > 2);
      assertThat(new JobQueues(router.member).depth("coco/1")).isEqualTo(1);

      next.resume();

      until(() -> new JobQueues(router.member).depth("coco/1") == 0);
      claimer.stop();
      thread.join();
    }
  }
}
