package dev.penstock.worker.claim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.wire.Claim;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.FakeTicker;
import dev.penstock.worker.batch.Peek;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.shelf.FakePackages;
import dev.penstock.worker.shelf.ModelShelf;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where granted jobs go. */
final class ArrivalsTest extends WorkerSide {
  private static final ModelRef COLD = new ModelRef("cold/1", "digest-of-cold/1");

  private final FakeTicker clock = new FakeTicker();
  private final CountDownLatch mayLoad = new CountDownLatch(1);
  private final ModelShelf shelf =
      new ModelShelf(device, Long.MAX_VALUE, new FakePackages(), new Listener(), Ticker.SYSTEM);

  private final class Listener implements ModelShelf.Listener {
    @Override
    public void loaded(ResidentModel resident) {
      arrivals().loaded(resident.digest());
    }

    @Override
    public void failed(ModelRef ref, String reason) {
      arrivals().failed(ref, reason);
    }

    @Override
    public void changed() {}
  }

  private @Nullable Arrivals arrivals;
  private boolean overlooked;

  private Arrivals arrivals() {
    Arrivals made = arrivals;
    if (made == null) {
      made = new Arrivals(shelf, next, leases, results, clock);
      arrivals = made;
    }
    return made;
  }

  @AfterEach
  void closeShelf() {
    mayLoad.countDown();
    shelf.close();
  }

  private void arrive(ModelRef model, long... sequences) {
    for (long sequence : sequences) {
      arrivals()
          .arrived(
              List.of(new JobDescriptor(id(sequence), model.model(), model.digest(), sequence)),
              List.of(FakeModel.lease(id(sequence), 1, "ok")),
              clock.nanos(),
              overlooked);
    }
  }

  private List<JobId> waiting() {
    return next.close().stream().map(ClaimedJob::id).toList();
  }

  private JobOutcome.Failed failure(long sequence) {
    until(() -> router.outcomes.containsKey(id(sequence)));
    return (JobOutcome.Failed) requireNonNull(router.outcomes.get(id(sequence)));
  }

  @Test
  void jobs_of_a_model_in_memory_go_to_the_next_batch() {
    shelf.request(COCO).join();

    arrive(COCO, 1, 2);

    assertThat(leases.find(id(1))).hasSize(1);
    assertThat(waiting()).containsExactly(id(1), id(2));
  }

  /** Others were taken in their place while the router took its time. */
  @Test
  void what_came_late_and_finds_no_room_is_handed_back() {
    shelf.request(COCO).join();
    arrive(COCO, 1, 2, 3);
    overlooked = true;

    arrive(COCO, 4, 5);

    until(() -> router.heard(HandBack.class).size() == 1);
    assertThat(router.heard(HandBack.class)).containsExactly(new HandBack(List.of(id(5))));
    assertThat(leases.find(id(5))).isEmpty();
    assertThat(waiting()).containsExactly(id(1), id(2), id(3), id(4));
  }

  @Test
  void jobs_of_a_package_that_is_not_in_memory_wait_for_it_and_go_on_together() {
    device.beforeLoad = () -> awaitQuietly(mayLoad);
    arrive(COLD, 1, 2);
    assertThat(arrivals().avoids("cold/1")).describedAs("more of them would wait, too").isTrue();
    assertThat(arrivals().avoids("coco/1")).isFalse();

    mayLoad.countDown();

    until(() -> Peek.hasWaiting(next));
    assertThat(arrivals().avoids("cold/1")).isFalse();
    assertThat(waiting()).containsExactly(id(1), id(2));
    assertThat(device.loads).hasValue(1);
  }

  @Test
  void jobs_of_a_model_that_is_let_go_while_they_come_need_no_load() {
    ResidentModel held = shelf.request(COCO).join();
    assertThat(held.acquire()).isTrue();
    shelf.drop(COCO.digest());

    arrive(COCO, 1);
    held.release();

    assertThat(waiting()).containsExactly(id(1));
    assertThat(device.loads).hasValue(1);
  }

  @Test
  void jobs_that_wait_for_a_load_are_handed_back_when_the_worker_leaves() {
    device.beforeLoad = () -> awaitQuietly(mayLoad);
    leases.underWay(Set.of(id(1), id(2)));
    arrive(COLD, 1);

    assertThat(arrivals().close()).isEqualTo(1);
    arrive(COLD, 2);

    until(() -> router.heard(HandBack.class).size() == 2);
    assertThat(router.heard(HandBack.class))
        .extracting(HandBack::jobs)
        .containsExactly(List.of(id(1)), List.of(id(2)));
    assertThat(leases.isEmpty()).isTrue();
  }

  @Test
  void the_time_they_were_held_counts_from_their_arrival_not_from_the_load() {
    device.beforeLoad = () -> awaitQuietly(mayLoad);
    arrive(COLD, 1);
    clock.advanceMillis(700);
    mayLoad.countDown();
    until(() -> leases.find(id(1)).size() == 1);

    ClaimedJob job = leases.find(id(1)).get(0);

    assertThat(Peek.heldSinceNanos(job))
        .isEqualTo(clock.nanos() - TimeUnit.MILLISECONDS.toNanos(700));
  }

  @Test
  void jobs_whose_package_cannot_be_loaded_fail_for_others_to_try_and_no_more_are_taken() {
    device.refuses = true;

    arrive(COLD, 1, 2);

    assertThat(failure(1))
        .isEqualTo(new JobOutcome.Failed(JobOutcome.Reason.LOAD, "no such operator"));
    assertThat(failure(2).reason()).isEqualTo(JobOutcome.Reason.LOAD);
    assertThat(arrivals().avoids("cold/1")).isTrue();
    clock.advanceMillis(TimeUnit.NANOSECONDS.toMillis(Arrivals.FAILURE_MEMORY_NANOS));
    assertThat(arrivals().avoids("cold/1")).isFalse();
  }

  @Test
  void jobs_that_arrive_when_nothing_is_loaded_any_more_fail_at_once() {
    shelf.close();

    arrive(COLD, 1);

    assertThat(failure(1).message()).isEqualTo("The worker cannot load it now.");
  }

  @Test
  void a_job_that_was_cancelled_while_it_waited_for_its_model_is_not_worth_starting() {
    device.beforeLoad = () -> awaitQuietly(mayLoad);
    leases.underWay(Set.of(id(1)));
    arrive(COLD, 1);
    leases.cancel(id(1));
    mayLoad.countDown();
    until(() -> leases.find(id(1)).size() == 1);

    assertThat(Peek.isWorthStarting(leases.find(id(1)).get(0), clock.nanos())).isFalse();
  }

  @Test
  void jobs_that_arrive_while_the_worker_takes_none_are_handed_back_and_let_go_of_their_model() {
    ResidentModel resident = shelf.request(COCO).join();
    next.pause();

    arrive(COCO, 1);

    until(() -> router.heard(HandBack.class).size() == 1);
    assertThat(router.heard(HandBack.class).get(0).jobs()).containsExactly(id(1));
    assertThat(leases.isEmpty()).isTrue();
    assertThat(resident.isInUse()).isFalse();
  }

  @Test
  void a_lease_nobody_asked_for_is_left_to_end() {
    shelf.request(COCO).join();
    Claim.Granted strange = FakeModel.lease(id(9), 1, "ok");

    arrivals()
        .arrived(
            List.of(new JobDescriptor(id(1), "coco/1", COCO.digest(), 1)),
            List.of(strange),
            0,
            false);

    assertThat(leases.isEmpty()).isTrue();
    assertThat(waiting()).isEmpty();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
