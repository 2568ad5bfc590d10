package dev.penstock.worker.batch;

import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.vision.image.ImageDemand;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch cut into parts whose decoded pictures fit into memory together, in its order.
 *
 * @param parts mostly one
 * @param tooLarge jobs whose picture alone does not fit
 */
record Portions(List<Portion> parts, List<TooLarge> tooLarge) {
  /**
   * Jobs that are decoded together.
   *
   * @param bytes of memory that takes at most
   */
  record Portion(Batch batch, long bytes) {}

  /**
   * A job that cannot be executed here.
   *
   * @param bytes its picture would take
   */
  record TooLarge(ClaimedJob job, long bytes) {}

  /**
   * @param limit bytes that all pictures of a worker may take
   */
  static Portions of(Batch batch, BatchRunner runner, long limit) {
    var parts = new ArrayList<Portion>();
    var tooLarge = new ArrayList<TooLarge>();
    var jobs = new ArrayList<ClaimedJob>();
    long together = 0;
    for (ClaimedJob job : batch.jobs()) {
      ImageDemand demand = runner.demand(job.payload(), job.parameters());
      long bytes = demand.bytes();
      if (bytes > limit) {
        tooLarge.add(new TooLarge(job, bytes));
        continue;
      }
      if (!jobs.isEmpty() && together + bytes > limit) {
        parts.add(new Portion(new Batch(batch.model(), jobs, batch.reason()), together));
        jobs.clear();
        together = 0;
      }
      jobs.add(job);
      together += bytes;
    }
    if (!jobs.isEmpty()) {
      parts.add(new Portion(new Batch(batch.model(), jobs, batch.reason()), together));
    }
    return new Portions(List.copyOf(parts), List.copyOf(tooLarge));
  }
}
