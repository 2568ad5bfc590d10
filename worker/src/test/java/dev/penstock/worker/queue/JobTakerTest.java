package dev.penstock.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ClusterMember;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.cluster.JobQueues;
import dev.penstock.config.RouterConfig;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.FakeTicker;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.queue.JobTaker.Taken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the queues of a real cluster. */
final class JobTakerTest {
  private static final long COST = 1_000;

  private static HazelcastInstance member;
  private static JobQueues queues;

  private final QueueOrder order = new QueueOrder(new FakeTicker());
  private final QueueProgress progress = new QueueProgress();
  private final FakeModel loaded = new FakeModel(4);
  private final ResidentModel busy = loaded.resident("busy/1");
  private final ResidentModel quiet = loaded.resident("quiet/1");
  private JobTaker taker;
  private long sequence;

  @BeforeAll
  static void start() {
    member = member();
    queues = new JobQueues(member);
  }

  @AfterAll
  static void stop() {
    member.shutdown();
  }

  @BeforeEach
  void open() {
    taker = new JobTaker(queues, order, progress);
  }

  @AfterEach
  void clear() {
    queues.models().forEach(model -> queues.snapshot(model).forEach(queues::remove));
  }

  private static HazelcastInstance member() {
    var cluster = new RouterConfig.Cluster("127.0.0.1", 0, 0, List.of(), "127.0.0.1");
    return ClusterMember.start(cluster, "router", "incarnation", 9);
  }

  private void offer(ResidentModel model, int jobs, long firstTag) {
    for (int job = 0; job < jobs; job++) {
      long tag = firstTag + job * COST;
      queues.offer(
          new JobDescriptor(
              new JobId("router", ++sequence), model.id(), "digest", tag, tag + COST));
    }
  }

  private Taken take(ResidentModel... models) {
    return Objects.requireNonNull(taker.take(List.of(models), ResidentModel::maxBatch));
  }

  @Test
  void takes_what_there_is_room_for_in_the_order_of_the_queue_and_knows_how_far_it_is() {
    offer(busy, 3, 7 * COST);
    offer(busy, 7, 0);

    assertThat(take(busy).jobs())
        .extracting(JobDescriptor::tag)
        .containsExactly(0L, COST, 2 * COST, 3 * COST);
    assertThat(progress.all()).containsExactly(new Progress("busy/1", 3 * COST, 0));
  }

  @Test
  void there_may_be_nothing() {
    assertThat(taker.take(List.of(), ResidentModel::maxBatch)).isNull();
    assertThat(taker.take(List.of(busy), ResidentModel::maxBatch)).isNull();
    assertThat(taker.take(List.of(busy, quiet), ResidentModel::maxBatch)).isNull();
  }

  @Test
  void the_model_of_what_was_taken_is_held_and_no_other() {
    offer(busy, 1, 0);
    assertThat(take(busy, quiet).model().isInUse()).isTrue();
    assertThat(taker.take(List.of(quiet), ResidentModel::maxBatch)).isNull();
    assertThat(quiet.isInUse()).isFalse();

    quiet.release();

    offer(quiet, 1, 0);
    assertThat(taker.take(List.of(quiet), ResidentModel::maxBatch))
        .describedAs("it has gone")
        .isNull();
  }

  @Test
  void a_queue_that_was_quiet_is_taken_from_after_one_batch_of_a_busy_one() {
    offer(busy, 100, 0);
    take(busy, quiet);
    take(busy, quiet);
    offer(quiet, 1, 1L << 50);

    assertThat(take(busy, quiet).model()).isSameAs(quiet);
    assertThat(take(busy, quiet).model()).isSameAs(busy);
  }

  @Test
  void two_busy_queues_have_their_turns_alike() {
    offer(busy, 100, 0);
    offer(quiet, 100, 0);
    Map<ResidentModel, Integer> taken = new HashMap<>();
    for (int turn = 0; turn < 20; turn++) {
      taken.merge(take(busy, quiet).model(), 1, Integer::sum);
    }

    assertThat(taken).isEqualTo(Map.of(busy, 10, quiet, 10));
  }

  @Test
  void of_many_queues_none_is_forgotten() {
    List<ResidentModel> models =
        IntStream.range(0, 3 * JobTaker.MOST_COMPARED)
            .mapToObj(number -> loaded.resident("many-" + number + "/1"))
            .toList();
    models.forEach(model -> offer(model, 8, 0));
    order.heard(
        "router",
        models.stream()
            .map(model -> new Waiting(new ModelRef(model.id(), "digest"), 8, 1_000, 0))
            .toList());
    var taken = new ArrayList<ResidentModel>();
    for (int turn = 0; turn < models.size(); turn++) {
      taken.add(take(models.toArray(ResidentModel[]::new)).model());
    }

    assertThat(taken).containsExactlyInAnyOrderElementsOf(models);
  }

  @Test
  void of_many_queues_the_only_one_that_has_something_is_found() {
    List<ResidentModel> models =
        IntStream.range(0, 3 * JobTaker.MOST_COMPARED)
            .mapToObj(number -> loaded.resident("some-" + number + "/1"))
            .toList();
    ResidentModel last = models.get(models.size() - 1);
    offer(last, 1, 0);

    assertThat(take(models.toArray(ResidentModel[]::new)).model()).isSameAs(last);
  }

  /** Gossip is old: what it speaks of may be gone. */
  @Test
  void a_queue_that_is_said_to_have_jobs_and_has_none_stands_in_nobodys_way() {
    order.heard("router", List.of(new Waiting(new ModelRef("busy/1", "digest"), 9, 1_000, 0)));
    offer(quiet, 1, 0);

    assertThat(take(busy, quiet).model()).isSameAs(quiet);
  }

  @Test
  void takes_nothing_after_it_was_stopped() {
    offer(busy, 4, 0);
    offer(quiet, 4, 0);
    taker.stop();

    assertThat(taker.take(List.of(busy, quiet), ResidentModel::maxBatch)).isNull();
    assertThat(taker.take(List.of(busy), ResidentModel::maxBatch)).isNull();
    assertThat(queues.depth("busy/1")).isEqualTo(4);
  }

  @Test
  void without_a_router_there_is_nothing_to_take() {
    HazelcastInstance gone = member();
    gone.shutdown();
    var alone = new JobTaker(new JobQueues(gone), order, progress);

    assertThat(alone.take(List.of(busy), ResidentModel::maxBatch)).isNull();
    assertThat(alone.take(List.of(busy, quiet), ResidentModel::maxBatch)).isNull();
  }
}
