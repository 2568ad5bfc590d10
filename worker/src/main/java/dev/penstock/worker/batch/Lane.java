package dev.penstock.worker.batch;

import dev.penstock.job.AttemptResult;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.BatchRunner;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** One thread that runs one batch after the other on its share of the device. */
public final class Lane implements Runnable {
  private static final System.Logger LOG = System.getLogger(Lane.class.getName());

  private final int number;
  private final NextBatch next;
  private final Executor helpers;
  private final StartListener starts;
  private final BiConsumer<ClaimedJob, AttemptResult> results;
  private final BiConsumer<ClaimedJob, String> dropped;
  private final Ticker ticker;

  /**
   * @param number which of the device's runners it uses, from 0
   * @param helpers threads that decode and postprocess the jobs of a batch side by side
   * @param starts told of each batch before anything is done with it
   * @param results takes the result of each job as soon as it is there; must not block
   * @param dropped takes each job that is not started, with the reason; must not block
   */
  public Lane(
      int number,
      NextBatch next,
      Executor helpers,
      StartListener starts,
      BiConsumer<ClaimedJob, AttemptResult> results,
      BiConsumer<ClaimedJob, String> dropped,
      Ticker ticker) {
    this.number = number;
    this.next = next;
    this.helpers = helpers;
    this.starts = starts;
    this.results = results;
    this.dropped = dropped;
    this.ticker = ticker;
  }

  @Override
  public void run() {
    try {
      for (Batch batch = next.take(); batch != null; batch = next.take()) {
        try {
          guarded(batch);
        } finally {
          next.ended(batch);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * INVARIANT: a lane outlives its batches, also when an error ends one. Without it the worker
   * would go on claiming jobs that nobody runs.
   */
  private void guarded(Batch batch) {
    try {
      run(batch);
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "A batch ended badly; the lane goes on.", e);
      // Leases that are no longer renewed end, so that the jobs are tried elsewhere. A result that
      // is
      // on its way is taken all the same.
      batch.jobs().forEach(job -> dropped.accept(job, "its batch ended badly"));
    }
  }

  private void run(Batch batch) {
    try {
      long now = ticker.nanos();
      List<ClaimedJob> worthwhile =
          batch.jobs().stream().filter(job -> job.worthStarting(now)).toList();
      batch.jobs().stream()
          .filter(job -> !worthwhile.contains(job))
          .forEach(job -> dropped.accept(job, "nobody waits for it any more"));
      if (!worthwhile.isEmpty()) {
        worthwhile.forEach(job -> job.start(now));
        starts.started(worthwhile, batch.alone());
        BatchRunner runner = batch.model().loaded().runners().get(number);
        new BatchRun(runner, worthwhile, batch.reason(), helpers, results, ticker).execute();
      }
    } finally {
      batch.jobs().forEach(ClaimedJob::release);
    }
  }
}
