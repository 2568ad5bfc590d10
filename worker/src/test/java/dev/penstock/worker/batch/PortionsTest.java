package dev.penstock.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.BatchReason;
import dev.penstock.job.JobId;
import dev.penstock.worker.batch.Portions.Portion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PortionsTest {
  private final FakeModel device = new FakeModel(64);
  private final ResidentModel model = device.resident("coco/1");

  private Portions of(long limit, long... bytes) {
    var jobs = new ArrayList<ClaimedJob>();
    for (long each : bytes) {
      var id = new JobId("r", jobs.size() + 1);
      jobs.add(new ClaimedJob(FakeModel.lease(id, 1, each + " bytes"), model, 0));
    }
    return Portions.of(new Batch(model, jobs, BatchReason.FULL), device, limit);
  }

  private static List<Long> jobs(Portion portion) {
    return portion.batch().jobs().stream().map(job -> job.id().sequence()).toList();
  }

  @Test
  void what_fits_together_is_executed_together() {
    Portions portions = of(30, 10, 10, 10);

    assertThat(portions.parts()).hasSize(1);
    assertThat(jobs(portions.parts().get(0))).containsExactly(1L, 2L, 3L);
    assertThat(portions.parts().get(0).bytes()).isEqualTo(30);
    assertThat(portions.parts().get(0).batch().reason()).isEqualTo(BatchReason.FULL);
  }

  @Test
  void what_does_not_is_executed_one_part_after_the_other_in_its_order() {
    Portions portions = of(30, 10, 25, 5, 30);

    assertThat(portions.parts())
        .extracting(PortionsTest::jobs)
        .containsExactly(List.of(1L), List.of(2L, 3L), List.of(4L));
    assertThat(portions.tooLarge()).isEmpty();
  }

  @Test
  void what_fits_into_no_memory_is_told_apart_and_the_others_stay_together() {
    Portions portions = of(30, 10, 31, 10);

    assertThat(portions.parts()).extracting(PortionsTest::jobs).containsExactly(List.of(1L, 3L));
    assertThat(portions.tooLarge()).extracting(Portions.TooLarge::bytes).containsExactly(31L);
    assertThat(portions.tooLarge())
        .extracting(job -> job.job().id().sequence())
        .containsExactly(2L);
  }

  @Test
  void a_batch_of_what_fits_nowhere_has_no_parts() {
    assertThat(of(30, 31, 32).parts()).isEmpty();
  }

  @Test
  void no_part_is_larger_than_the_memory_and_no_job_is_lost_or_twice() {
    for (long seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      long limit = 1L + random.nextInt(100);
      long[] bytes =
          LongStream.range(0, 1L + random.nextInt(20)).map(job -> random.nextInt(120)).toArray();

      Portions portions = of(limit, bytes);

      var seen = new ArrayList<Long>();
      for (Portion portion : portions.parts()) {
        assertThat(portion.bytes()).describedAs("seed %d", seed).isLessThanOrEqualTo(limit);
        seen.addAll(jobs(portion));
      }
      assertThat(seen).isSorted();
      portions.tooLarge().forEach(job -> seen.add(job.job().id().sequence()));
      assertThat(seen)
          .describedAs("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(
              LongStream.rangeClosed(1, bytes.length).boxed().toList());
    }
  }
}
