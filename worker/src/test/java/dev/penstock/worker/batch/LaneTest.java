package dev.penstock.worker.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.AttemptResult;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.JobOutcome.Reason;
import dev.penstock.worker.memory.ImageMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lane and the batches it runs. */
@Timeout(20)
final class LaneTest {
  private final FakeTicker ticker = new FakeTicker();
  private final FakeModel device = new FakeModel(8);
  private final ResidentModel model = device.resident("coco/1");
  private final ImageMemory memory = new ImageMemory(1 << 20);
  private final NextBatch next = new NextBatch(() -> {});
  private final Map<Long, AttemptResult> results = new ConcurrentHashMap<>();
  private final List<JobId> dropped = new CopyOnWriteArrayList<>();
  private final ExecutorService helpers = Executors.newFixedThreadPool(3);
  private long sequence;
  private final List<JobId> endedAlone = new CopyOnWriteArrayList<>();
  private Consumer<List<ClaimedJob>> starts = started -> {};

  @AfterEach
  void stop() {
    helpers.shutdownNow();
  }

  private ExecutionListener listener() {
    return new ExecutionListener() {
      @Override
      public void starts(List<ClaimedJob> jobs, boolean alone) {
        starts.accept(jobs);
      }

      @Override
      public void endedAlone(ClaimedJob job) {
        endedAlone.add(job.id());
      }
    };
  }

  private ClaimedJob job(String payload) {
    assertThat(model.acquire()).isTrue();
    return new ClaimedJob(
        FakeModel.lease(new JobId("r", ++sequence), 1, payload), model, ticker.nanos());
  }

  private List<ClaimedJob> jobs(String... payloads) {
    var jobs = new ArrayList<ClaimedJob>();
    for (String payload : payloads) {
      jobs.add(job(payload));
    }
    return jobs;
  }

  private void run(List<ClaimedJob> jobs) throws InterruptedException {
    run(
        jobs,
        (job, result) ->
            assertThat(results.put(job.id().sequence(), result)).describedAs("twice").isNull());
  }

  /** Runs what waits, and everything that comes until the lane is asked to end. */
  private void run(List<ClaimedJob> jobs, BiConsumer<ClaimedJob, AttemptResult> sink)
      throws InterruptedException {
    next.add(jobs);
    var departures =
        new Departures() {
          @Override
          public void ended(ClaimedJob job, AttemptResult result) {
            sink.accept(job, result);
          }

          @Override
          public void givenUp(List<ClaimedJob> jobs) {}

          @Override
          public void dropped(ClaimedJob job, String reason) {
            dropped.add(job.id());
          }
        };
    var lane =
        new Lane(
            0,
            next,
            helpers,
            new DeviceHealth(new FakeListener(), 1),
            listener(),
            departures,
            memory,
            ticker);
    var thread = new Thread(lane);
    thread.start();
    if (!jobs.isEmpty()) {
      while (next.room(model) < model.maxBatch()) {
        Thread.onSpinWait();
      }
      next.close();
    }
    thread.join();
    assertThat(device.openImages).describedAs("images left open").hasValue(0);
  }

  private JobOutcome outcome(long job) {
    return requireNonNull(results.get(job)).outcome();
  }

  private String answer(long job) {
    return new String(((JobOutcome.Done) outcome(job)).answer(), UTF_8);
  }

  @Test
  void a_batch_is_announced_before_anything_is_done_with_it_and_counts_as_running()
      throws Exception {
    var executing = new CopyOnWriteArrayList<Long>();
    starts =
        started -> {
          assertThat(device.decoded).hasValue(0);
          started.forEach(job -> executing.add(job.executingNanos(ticker.nanos())));
        };

    run(jobs("one", "two"));

    assertThat(executing).containsExactly(0L, 0L);
    assertThat(results).hasSize(2);
    assertThat(endedAlone).isEmpty();
  }

  @Test
  void the_end_of_a_suspect_is_announced_when_it_has_its_result() throws Exception {
    assertThat(model.acquire()).isTrue();
    var suspect = new ClaimedJob(FakeModel.suspect(new JobId("r", 7)), model, ticker.nanos());

    run(List.of(suspect));

    assertThat(results).containsOnlyKeys(7L);
    assertThat(endedAlone).containsExactly(suspect.id());
    assertThat(suspect.executingNanos(ticker.nanos())).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"!bad", "!fit not"})
  void one_bad_image_fails_alone_and_its_batch_mates_get_their_own_answers(String bad)
      throws Exception {
    run(jobs("one", bad, "three", "four"));

    assertThat(outcome(2))
        .isInstanceOfSatisfying(
            JobOutcome.Failed.class,
            failed ->
                assertThat(failed.reason()).isIn(Reason.UNREADABLE_IMAGE, Reason.MODEL_INPUT));
    assertThat(answer(1)).isEqualTo("one");
    assertThat(answer(3)).isEqualTo("three");
    assertThat(answer(4)).isEqualTo("four");
    assertThat(device.batches).describedAs("slots without a gap").containsExactly(3);
    assertThat(results.get(1L)).extracting(AttemptResult::batchSize).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"!throws", "!memory", "!stack"})
  void whatever_breaks_every_job_has_one_result_and_the_lane_goes_on(String breaking)
      throws Exception {
    run(jobs("one", breaking, "three"));

    assertThat(results).hasSize(3);
    assertThat(((JobOutcome.Failed) outcome(2)).reason()).isEqualTo(Reason.DEVICE);
  }

  @Test
  void a_job_that_breaks_alone_with_an_error_has_its_result_too() throws Exception {
    run(jobs("!stack"));

    assertThat(((JobOutcome.Failed) outcome(1)).reason()).isEqualTo(Reason.DEVICE);
  }

  @Test
  void the_leases_of_a_batch_that_ends_with_an_error_are_let_go_of_and_the_lane_goes_on()
      throws Exception {
    List<ClaimedJob> first = jobs("one");
    run(
        first,
        (job, result) -> {
          throw new StackOverflowError("a sender that breaks");
        });

    assertThat(dropped).containsExactly(first.get(0).id());
    assertThat(device.batches).containsExactly(1);
  }

  @Test
  void a_lane_outlives_a_batch_whose_results_cannot_be_taken() throws Exception {
    var taken = new ArrayList<Long>();
    next.add(jobs("one"));
    device.inPass =
        () -> {
          device.inPass = () -> {};
          next.add(jobs("two"));
        };
    run(
        List.of(),
        (job, result) -> {
          if (job.id().sequence() == 1) {
            throw new IllegalStateException("a sender that breaks");
          }
          taken.add(job.id().sequence());
          next.close();
        });

    assertThat(taken).containsExactly(2L);
  }

  @Test
  void a_batch_of_bad_images_never_reaches_the_device() throws Exception {
    run(jobs("!bad", "!bad"));

    assertThat(results).hasSize(2);
    assertThat(device.batches).isEmpty();
  }

  @Test
  void a_failed_pass_fails_all_of_its_batch_for_reasons_of_the_device() throws Exception {
    device.deviceFails = true;
    run(jobs("one", "!bad", "three"));

    assertThat(outcome(1)).isInstanceOf(JobOutcome.Failed.class).isEqualTo(outcome(3));
    assertThat(((JobOutcome.Failed) outcome(1)).reason()).isEqualTo(Reason.DEVICE);
    assertThat(((JobOutcome.Failed) outcome(2)).reason()).isEqualTo(Reason.UNREADABLE_IMAGE);
  }

  @Test
  void what_nobody_waits_for_is_never_executed() throws Exception {
    List<ClaimedJob> jobs = jobs("one", "two");
    jobs.get(0).cancel();
    run(jobs);

    assertThat(dropped).containsExactly(jobs.get(0).id());
    assertThat(results).containsOnlyKeys(2L);
  }

  @Test
  void what_cannot_be_answered_in_time_is_never_executed() throws Exception {
    List<ClaimedJob> jobs = jobs("one");
    ticker.advanceMillis(30_000);
    run(jobs);

    assertThat(dropped).hasSize(1);
    assertThat(device.batches).isEmpty();
  }

  @Test
  void each_part_of_the_time_is_measured_and_the_parts_are_what_it_was_held() throws Exception {
    List<ClaimedJob> jobs = jobs("one");
    ticker.advanceMillis(7);
    device.inPass = () -> ticker.advanceMillis(20);
    run(jobs);

    var timings = requireNonNull(results.get(1L)).timings();
    assertThat(timings.waited()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(7));
    assertThat(timings.inference()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    assertThat(timings.held()).isEqualTo(timings.waited() + timings.execution());
  }

  @Test
  void a_running_job_says_for_how_long_and_a_finished_one_does_not() throws Exception {
    ClaimedJob job = job("one");
    assertThat(job.executingNanos(ticker.nanos())).isEqualTo(-1);
    var during = new ArrayList<Long>();
    device.inPass =
        () -> {
          ticker.advanceMillis(3);
          during.add(job.executingNanos(ticker.nanos()));
        };
    run(List.of(job));

    assertThat(during).containsExactly(TimeUnit.MILLISECONDS.toNanos(3));
    assertThat(job.executingNanos(ticker.nanos())).isEqualTo(-1);
  }

  @Test
  void pictures_that_do_not_fit_into_memory_together_are_executed_one_after_the_other()
      throws Exception {
    long half = memory.limit() / 2;
    run(jobs(half + " bytes", half + " bytes", half + " bytes"));

    assertThat(results).hasSize(3);
    assertThat(device.batches).containsExactly(2, 1);
    assertThat(device.mostOpenImages).hasValue(2);
  }

  @Test
  void a_picture_that_alone_does_not_fit_is_refused_and_not_decoded() throws Exception {
    run(jobs((memory.limit() + 1) + " bytes", "two"));

    assertThat(outcome(1))
        .isInstanceOfSatisfying(
            JobOutcome.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(Reason.UNREADABLE_IMAGE);
              assertThat(failed.message()).contains("takes 1MB of memory");
            });
    assertThat(answer(2)).isEqualTo("two");
    assertThat(device.mostOpenImages).hasValue(1);
  }

  @Test
  void what_waits_for_memory_does_not_count_as_running_and_is_dropped_when_nobody_waits()
      throws Exception {
    List<ClaimedJob> jobs = jobs(memory.limit() + " bytes", memory.limit() + " bytes");
    var during = new ArrayList<Long>();
    device.inPass =
        () -> {
          during.add(jobs.get(1).executingNanos(ticker.nanos()));
          jobs.get(1).cancel();
        };
    run(jobs);

    assertThat(during).containsExactly(-1L);
    assertThat(results).containsOnlyKeys(1L);
    assertThat(dropped).containsExactly(jobs.get(1).id());
  }

  @Test
  void a_model_that_was_dropped_is_freed_after_its_last_batch() throws Exception {
    List<ClaimedJob> jobs = jobs("one", "!bad");
    device.inPass = model::release;
    run(jobs);

    assertThat(device.closed()).isEqualTo(1);
    assertThat(model.acquire()).isFalse();
  }
}
