package dev.penstock.worker.batch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.BatchReason;
import dev.penstock.job.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class NextBatchTest {
  private final AtomicInteger signals = new AtomicInteger();
  private final NextBatch next = new NextBatch(signals::incrementAndGet);
  private final ResidentModel coco = new FakeModel(4).resident("coco/1");
  private final ResidentModel parts = new FakeModel(2).resident("parts/7");

  private static List<ClaimedJob> jobs(ResidentModel model, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ClaimedJob(FakeModel.lease(new JobId("r", 1 + i), 1, "ok"), model, 0))
        .toList();
  }

  private CompletableFuture<@Nullable Batch> lane() {
    int before = signals.get();
    var batch = new CompletableFuture<@Nullable Batch>();
    var thread =
        new Thread(
            () -> {
              try {
                batch.complete(next.take());
              } catch (InterruptedException e) {
                batch.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    while (signals.get() == before) {
      Thread.onSpinWait();
    }
    return batch;
  }

  private static Batch of(CompletableFuture<@Nullable Batch> lane) throws Exception {
    return requireNonNull(lane.get(10, TimeUnit.SECONDS));
  }

  @Test
  void what_waits_leaves_up_to_the_bound_of_its_model() throws Exception {
    next.add(jobs(coco, 6));

    Batch first = of(lane());
    Batch second = of(lane());

    assertThat(first.jobs()).hasSize(4);
    assertThat(first.reason()).isEqualTo(BatchReason.FULL);
    assertThat(second.jobs()).hasSize(2);
    assertThat(second.reason()).isEqualTo(BatchReason.IDLE);
  }

  @Test
  void a_free_lane_starts_with_what_is_there() throws Exception {
    CompletableFuture<@Nullable Batch> lane = lane();
    assertThat(next.idle()).isTrue();

    next.add(jobs(coco, 1));

    assertThat(of(lane).jobs()).hasSize(1);
    assertThat(of(lane).reason()).isEqualTo(BatchReason.IDLE);
    assertThat(next.idle()).isFalse();
  }

  @Test
  void a_pause_gives_back_what_waits_and_takes_nothing_until_it_ends() throws Exception {
    next.add(jobs(coco, 3));

    assertThat(next.pause()).hasSize(3);

    assertThat(next.add(jobs(coco, 1))).isFalse();
    assertThat(next.room(coco)).isZero();
    CompletableFuture<@Nullable Batch> lane = lane();
    assertThat(next.idle()).isFalse();
    int before = signals.get();

    next.resume();

    assertThat(signals).describedAs("there is room again").hasValueGreaterThan(before);
    assertThat(next.idle()).isTrue();
    assertThat(next.add(jobs(coco, 1))).isTrue();
    assertThat(of(lane).jobs()).hasSize(1);
  }

  @Test
  void a_lane_ends_although_it_is_paused() throws Exception {
    CompletableFuture<@Nullable Batch> lane = lane();
    next.pause();

    next.close();

    assertThat(lane.get(10, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void free_lanes_share_what_arrives_together() throws Exception {
    List<CompletableFuture<@Nullable Batch>> lanes = List.of(lane(), lane());

    next.add(jobs(coco, 4));

    assertThat(of(lanes.get(0)).jobs()).hasSize(2);
    assertThat(of(lanes.get(1)).jobs()).hasSize(2);
  }

  @Test
  void a_batch_is_of_one_model_and_the_others_keep_their_place() throws Exception {
    next.add(jobs(coco, 1));
    next.add(jobs(parts, 2));
    next.add(jobs(coco, 1));

    assertThat(of(lane()).model()).isSameAs(coco);
    assertThat(of(lane()).model()).isSameAs(parts);
    assertThat(next.room(coco)).isEqualTo(4);
  }

  @Test
  void there_is_room_for_one_batch_ahead_and_for_each_free_lane_one() {
    assertThat(next.room(coco)).describedAs("all lanes busy").isEqualTo(4);
    var free = List.of(lane(), lane());
    assertThat(next.room(coco)).isEqualTo(8);
    assertThat(free).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void there_is_no_room_beside_jobs_of_another_model() {
    next.add(jobs(parts, 1));

    assertThat(next.room(coco)).isZero();
    assertThat(next.room(parts)).isEqualTo(1);
  }

  private List<ClaimedJob> suspects(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ClaimedJob(FakeModel.suspect(new JobId("r", 100 + i)), coco, 0))
        .toList();
  }

  @Test
  void a_suspect_is_a_batch_of_its_own_among_jobs_of_its_model() throws Exception {
    List<ClaimedJob> before = jobs(coco, 1);
    List<ClaimedJob> suspects = suspects(2);
    List<ClaimedJob> after = jobs(coco, 1);
    next.add(before);
    next.add(suspects);
    next.add(after);

    var batches = new ArrayList<List<ClaimedJob>>();
    for (int batch = 0; batch < 3; batch++) {
      Batch taken = of(lane());
      batches.add(taken.jobs());
      next.ended(taken);
    }

    assertThat(batches)
        .describedAs("what has nothing against it leaves together")
        .containsExactly(
            List.of(before.get(0), after.get(0)),
            List.of(suspects.get(0)),
            List.of(suspects.get(1)));
  }

  @Test
  void a_suspect_waits_until_nothing_runs() throws Exception {
    next.add(jobs(coco, 1));
    Batch running = of(lane());
    CompletableFuture<@Nullable Batch> lane = lane();
    next.add(suspects(1));
    assertThat(next.startableNow()).isFalse();
    next.ended(running);

    assertThat(of(lane).alone()).isTrue();
  }

  @Test
  void nothing_starts_while_a_suspect_runs() throws Exception {
    next.add(suspects(1));
    Batch suspect = of(lane());
    CompletableFuture<@Nullable Batch> lane = lane();
    next.add(jobs(parts, 1));
    assertThat(next.startableNow()).isFalse();
    next.ended(suspect);

    assertThat(of(lane).model()).isSameAs(parts);
  }

  @Test
  void a_suspect_that_nobody_waits_for_any_more_lets_the_others_start() throws Exception {
    next.add(jobs(coco, 1));
    of(lane());
    CompletableFuture<@Nullable Batch> lane = lane();
    List<ClaimedJob> suspect = suspects(1);
    next.add(suspect);
    next.add(jobs(coco, 1));
    assertThat(next.startableNow()).isFalse();

    next.drop(suspect.get(0));

    assertThat(of(lane).jobs()).hasSize(1);
  }

  @Test
  void closed_it_gives_back_what_has_not_started_and_ends_the_lanes() throws Exception {
    next.add(jobs(coco, 2));

    assertThat(next.close()).hasSize(2);

    assertThat(next.add(jobs(coco, 1))).isFalse();
    assertThat(next.room(coco)).isZero();
    assertThat(next.idle()).isFalse();
    assertThat(next.take()).isNull();
  }

  @Test
  void a_waiting_lane_ends_when_it_is_closed() throws Exception {
    CompletableFuture<@Nullable Batch> lane = lane();
    next.close();
    assertThat(lane.get(10, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void a_dropped_job_never_leaves() throws Exception {
    List<ClaimedJob> jobs = jobs(coco, 2);
    next.add(jobs);

    assertThat(next.drop(jobs.get(0))).isTrue();
    assertThat(next.drop(jobs.get(0))).isFalse();
    assertThat(of(lane()).jobs()).containsExactly(jobs.get(1));
    assertThat(next.drop(jobs.get(1))).describedAs("it has left").isFalse();
  }
}
