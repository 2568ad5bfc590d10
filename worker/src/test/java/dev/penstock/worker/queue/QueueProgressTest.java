package dev.penstock.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.WorkerTimings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class QueueProgressTest {
  private static final String MODEL = "coco/1";

  private final QueueProgress progress = new QueueProgress();

  private static AttemptResult result(JobOutcome outcome, long inferenceNanos, int batchSize) {
    return new AttemptResult(
        new JobId("router", 1),
        1,
        "token",
        outcome,
        new WorkerTimings(99, 99, 1, 2, inferenceNanos, 3),
        batchSize,
        BatchReason.IDLE,
        0);
  }

  private static JobOutcome done() {
    return new JobOutcome.Done(1, 1, new byte[0], null);
  }

  private long jobNanos() {
    return progress.of(List.of(MODEL)).get(0).jobNanos();
  }

  @Test
  void the_largest_tag_that_was_taken_or_heard_of_is_carried_on() {
    progress.taken(MODEL, 50);
    progress.heard(Map.of(MODEL, 70L, "zoo/1", 5L));
    progress.heard(List.of(new Waiting(new ModelRef("zoo/1", "digest"), 3, 0, 90)));
    progress.taken(MODEL, 60);

    assertThat(progress.all())
        .containsExactlyInAnyOrder(new Progress(MODEL, 70, 0), new Progress("zoo/1", 90, 0));
    assertThat(progress.of(List.of("zoo/1", "zoo/1", "unknown/1")))
        .containsExactly(new Progress("zoo/1", 90, 0));
  }

  @Test
  void a_job_costs_its_own_stages_and_its_part_of_the_pass() {
    progress.ran(MODEL, result(done(), 752, 8));
    assertThat(jobNanos()).describedAs("1 + 2 + 3 + 752 / 8").isEqualTo(100);

    progress.ran(MODEL, result(done(), 894, 1));
    assertThat(jobNanos()).describedAs("an eighth of the way to 900").isEqualTo(200);
  }

  @Test
  void what_failed_says_nothing_of_what_a_job_costs() {
    progress.ran(MODEL, result(new JobOutcome.Failed(JobOutcome.Reason.DEVICE, "no"), 50, 4));
    progress.ran(
        MODEL, result(new JobOutcome.Failed(JobOutcome.Reason.UNREADABLE_IMAGE, "no"), 0, 0));

    assertThat(progress.all()).isEmpty();
  }
}
