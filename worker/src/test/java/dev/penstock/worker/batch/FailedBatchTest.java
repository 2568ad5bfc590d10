package dev.penstock.worker.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.JobOutcome.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the jobs of a batch when its forward pass fails. */
@Timeout(20)
final class FailedBatchTest {
  private static final int BOUND = 8;

  private final FakeTicker ticker = new FakeTicker();
  private final FakeModel device = new FakeModel(BOUND);
  private final ResidentModel model = device.resident("coco/1");
  private final FakeDepartures departures = new FakeDepartures();
  private final FakeListener listener = new FakeListener();
  private final DeviceHealth health = new DeviceHealth(listener, 60_000);
  private final ExecutorService helpers = Executors.newFixedThreadPool(3);

  @AfterEach
  void stop() {
    helpers.shutdownNow();
    assertThat(device.openImages).describedAs("images left open").hasValue(0);
  }

  private List<ClaimedJob> run(String... payloads) {
    var jobs = new ArrayList<ClaimedJob>();
    for (String payload : payloads) {
      var id = new JobId("r", jobs.size() + 1);
      jobs.add(new ClaimedJob(FakeModel.lease(id, 1, payload), model, ticker.nanos()));
    }
    run(jobs);
    return jobs;
  }

  private void run(List<ClaimedJob> jobs) {
    var batch = new Batch(model, jobs, BatchReason.IDLE);
    new BatchRun(device, batch, helpers, health, departures, ticker).execute();
  }

  private AttemptResult result(int job) {
    return requireNonNull(departures.results.get((long) job));
  }

  private String answer(int job) {
    return result(job).outcome() instanceof JobOutcome.Done done
        ? new String(done.answer(), UTF_8)
        : ((JobOutcome.Failed) result(job).outcome()).reason().name();
  }

  private static String[] payloads(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(job -> "job " + job).toArray(String[]::new);
  }

  @ParameterizedTest
  @CsvSource({
    "!poison, 1",
    "!poison, 2",
    "!poison, 5",
    "!poison, 8",
    "!runtime poison, 3",
    "!memory poison, 4"
  })
  void the_poison_job_fails_alone_and_its_batch_mates_are_answered(String poison, int place) {
    String[] payloads = payloads(8);
    payloads[place - 1] = poison;

    run(payloads);

    for (int job = 1; job <= 8; job++) {
      assertThat(answer(job)).isEqualTo(job == place ? "DEVICE" : "job " + job);
    }
    assertThat(device.batches).describedAs("8, 4 + 4, 2 + 2, 1 + 1").hasSize(7);
    assertThat(model.maxBatch()).describedAs("no fault of the batch's size").isEqualTo(BOUND);
  }

  @Test
  void each_job_says_in_how_large_a_batch_it_was_answered() {
    run("one", "two", "!poison", "four");

    assertThat(IntStream.rangeClosed(1, 4).map(job -> result(job).batchSize()))
        .containsExactly(2, 2, 1, 1);
  }

  @Test
  void whatever_of_a_batch_is_poison_the_rest_is_answered() {
    for (long seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      departures.results.clear();
      String[] payloads = payloads(1 + random.nextInt(BOUND));
      for (int job = 1; job <= payloads.length; job++) {
        int kind = random.nextInt(6);
        payloads[job - 1] = kind == 0 ? "!poison" : kind == 1 ? "!bad" : "job " + job;
      }

      run(payloads);

      for (int job = 1; job <= payloads.length; job++) {
        String expected =
            switch (payloads[job - 1]) {
              case "!poison" -> "DEVICE";
              case "!bad" -> Reason.UNREADABLE_IMAGE.name();
              default -> payloads[job - 1];
            };
        assertThat(answer(job)).describedAs("job %d of seed %d", job, seed).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 4", "3, 2", "1, 1", "7, 4"})
  void a_batch_too_large_for_the_memory_is_answered_in_parts_and_lowers_the_bound(
      int fits, int bound) {
    device.mostThatFit = fits;

    run(payloads(8));

    for (int job = 1; job <= 8; job++) {
      assertThat(answer(job)).isEqualTo("job " + job);
    }
    assertThat(model.maxBatch()).isEqualTo(bound);
  }

  /** Another process may have taken it all; the bound would stay low for ever. */
  @Test
  void memory_that_does_not_suffice_for_one_job_says_nothing_about_the_bound() {
    device.mostThatFit = 0;

    run(payloads(2));

    assertThat(departures.results).hasSize(2);
    assertThat(model.maxBatch()).isEqualTo(BOUND);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_device_that_fails_everything_is_asked_less_than_twice_for_each_job(int jobs) {
    device.deviceFails = true;

    run(payloads(jobs));

    assertThat(departures.results).hasSize(jobs);
    assertThat(device.batches).hasSize(2 * jobs - 1);
    assertThat(result(1).outcome())
        .isEqualTo(new JobOutcome.Failed(Reason.DEVICE, "The device failed: it is sick"));
  }

  @Test
  void a_batch_that_shows_that_the_device_is_sick_is_given_up() {
    device.deviceFails = true;

    run(payloads(8));

    assertThat(departures.results).containsOnlyKeys(1L, 2L, 3L);
    assertThat(departures.givenUp).extracting(JobId::sequence).containsExactly(4L, 5L, 6L, 7L, 8L);
    assertThat(listener.said).containsExactly("sick: it is sick");
  }

  @Test
  void three_poison_jobs_in_a_row_do_not_make_the_device_sick() {
    run("!poison", "!poison", "!poison", "!poison", "five", "six", "seven", "!poison");

    assertThat(answer(5)).isEqualTo("five");
    assertThat(answer(7)).isEqualTo("seven");
    assertThat(departures.givenUp).isEmpty();
    assertThat(listener.said).isEmpty();
  }

  @Test
  void what_nobody_waits_for_any_more_is_not_executed_again() {
    var jobs = new ArrayList<ClaimedJob>();
    device.inPass =
        () -> {
          jobs.get(1).cancel();
          device.inPass = () -> {};
        };
    device.mostThatFit = 3;
    for (int job = 1; job <= 4; job++) {
      jobs.add(
          new ClaimedJob(
              FakeModel.lease(new JobId("r", job), 1, "job " + job), model, ticker.nanos()));
    }

    run(jobs);

    assertThat(departures.dropped).containsExactly(jobs.get(1).id());
    assertThat(departures.results).containsOnlyKeys(1L, 3L, 4L);
    assertThat(device.batches).containsExactly(4, 1, 2);
    assertThat(model.maxBatch()).describedAs("two were never tried together").isEqualTo(BOUND);
  }

  @Test
  void the_time_of_failed_passes_and_of_waiting_for_the_other_half_is_measured() {
    device.mostThatFit = 1;
    device.inPass = () -> ticker.advanceMillis(10);

    run("one", "two");

    var first = result(1).timings();
    var second = result(2).timings();
    assertThat(first.inference()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    assertThat(second.inference()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    assertThat(second.waited()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(10));
    assertThat(second.held()).isEqualTo(second.waited() + second.execution());
  }
}
