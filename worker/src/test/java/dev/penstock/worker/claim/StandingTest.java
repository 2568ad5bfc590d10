package dev.penstock.worker.claim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.job.JobId;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.NextBatch;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.claim.Standing.Obstacle;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class StandingTest {
  private final NextBatch next = new NextBatch(() -> {});
  private final List<JobId> handedBack = new CopyOnWriteArrayList<>();
  private final List<State> said = new CopyOnWriteArrayList<>();
  private volatile List<Resident> residents = List.of();
  private final Standing standing =
      new Standing(
          next,
          jobs -> jobs.forEach(job -> handedBack.add(job.id())),
          () -> residents,
          List::of,
          said::add);

  private State last() {
    return said.get(said.size() - 1);
  }

  private static List<ClaimedJob> job(ResidentModel model) {
    return List.of(new ClaimedJob(FakeModel.lease(new JobId("r", 1), 1, "ok"), model, 0));
  }

  @Test
  void a_worker_says_that_it_is_ready_and_when_its_models_change() {
    standing.ready();
    residents = List.of(new Resident("coco/1", "digest", 5));
    standing.residentsChanged();

    assertThat(said)
        .containsExactly(
            new State(WorkerState.READY, List.of()), new State(WorkerState.READY, residents));
    assertThat(standing.isReady()).isTrue();
  }

  @Test
  void an_obstacle_is_told_with_its_reason_and_what_waits_is_handed_back() {
    ResidentModel model = new FakeModel(4).resident("coco/1");
    standing.ready();
    next.add(job(model));

    standing.hinder(Obstacle.DEVICE, "its device fails");

    assertThat(handedBack).hasSize(1);
    assertThat(last())
        .isEqualTo(new State(WorkerState.FAILING, List.of(), List.of(), "its device fails"));
    assertThat(next.add(job(model))).describedAs("takes more").isFalse();
    assertThat(standing.isReady()).isFalse();
  }

  @Test
  void it_takes_jobs_again_when_the_last_obstacle_is_gone() {
    ResidentModel model = new FakeModel(4).resident("coco/1");
    standing.ready();
    standing.hinder(Obstacle.DEVICE, "its device fails");
    standing.hinder(Obstacle.ROUTERS, "it does not reach router b");
    assertThat(last().reason()).isEqualTo("its device fails; it does not reach router b");

    standing.clear(Obstacle.DEVICE);
    assertThat(last().reason()).isEqualTo("it does not reach router b");
    assertThat(next.room(model)).isZero();

    standing.clear(Obstacle.ROUTERS);
    assertThat(last()).isEqualTo(new State(WorkerState.READY, List.of()));
    assertThat(next.room(model)).isEqualTo(4);
  }

  @Test
  void what_is_known_is_not_said_again() {
    standing.ready();
    standing.clear(Obstacle.ROUTERS);
    standing.hinder(Obstacle.ROUTERS, "it does not reach router b");
    standing.hinder(Obstacle.ROUTERS, "it does not reach router b");

    assertThat(said).hasSize(2);
  }

  @Test
  void a_worker_that_leaves_says_so_whatever_is_in_the_way() {
    standing.ready();
    standing.hinder(Obstacle.DEVICE, "its device fails");
    standing.draining();

    assertThat(last()).isEqualTo(new State(WorkerState.DRAINING, List.of()));
  }

  @Test
  void a_router_that_is_reached_later_hears_the_same() {
    standing.ready();
    standing.hinder(Obstacle.DEVICE, "its device fails");
    var heard = new ArrayList<State>();

    standing.tellTo(heard::add);

    assertThat(heard).containsExactly(last());
  }

  /** Else a router could go on for ever with models that are gone, or a worker that is sick. */
  @Test
  void what_routers_hear_last_is_how_it_is_whichever_threads_say_it() throws Exception {
    standing.ready();
    var started = new AtomicInteger();
    var threads = new ArrayList<Thread>();
    for (int number = 0; number < 3; number++) {
      var random = new Random(number);
      Obstacle obstacle = number == 1 ? Obstacle.DEVICE : Obstacle.ROUTERS;
      threads.add(
          new Thread(
              () -> {
                started.incrementAndGet();
                for (int round = 0; round < 2_000; round++) {
                  switch (random.nextInt(3)) {
                    case 0 -> standing.hinder(obstacle, "reason " + random.nextInt(3));
                    case 1 -> standing.clear(obstacle);
                    default -> {
                      residents = List.of(new Resident("m", "digest", random.nextInt(9)));
                      standing.residentsChanged();
                    }
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    var now = new ArrayList<State>();
    standing.tellTo(now::add);

    assertThat(requireNonNull(last())).isEqualTo(now.get(0));
  }
}
