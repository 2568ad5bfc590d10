package dev.penstock.worker.batch;

import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.BatchRunner;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Executor;

/** One thread that runs one batch after the other on its share of the device. */
public final class Lane implements Runnable {
  private static final System.Logger LOG = System.getLogger(Lane.class.getName());

  private final int number;
  private final NextBatch next;
  private final Executor helpers;
  private final ExecutionListener executions;
  private final Departures departures;
  private final Ticker ticker;

  /**
   * @param number which of the device's runners it uses, from 0
   * @param helpers threads that decode and postprocess the jobs of a batch side by side
   * @param executions told of each batch before anything is done with it
   */
  public Lane(
      int number,
      NextBatch next,
      Executor helpers,
      ExecutionListener executions,
      Departures departures,
      Ticker ticker) {
    this.number = number;
    this.next = next;
    this.helpers = helpers;
    this.executions = executions;
    this.departures = departures;
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
      // Leases that are no longer renewed end, so that the jobs are tried elsewhere. A result on
      // its way is taken all the same.
      batch.jobs().forEach(job -> departures.dropped(job, "its batch ended badly"));
    }
  }

  private void run(Batch batch) {
    try {
      long now = ticker.nanos();
      List<ClaimedJob> worthwhile =
          batch.jobs().stream().filter(job -> job.worthStarting(now)).toList();
      batch.jobs().stream()
          .filter(job -> !worthwhile.contains(job))
          .forEach(job -> departures.dropped(job, "nobody waits for it any more"));
      if (!worthwhile.isEmpty()) {
        worthwhile.forEach(job -> job.start(now));
        executions.starts(worthwhile, batch.alone());
        BatchRunner runner = batch.model().loaded().runners().get(number);
        var started = new Batch(batch.model(), worthwhile, batch.reason());
        new BatchRun(runner, started, helpers, departures, ticker).execute();
      }
    } finally {
      if (batch.alone()) {
        executions.endedAlone(batch.jobs().get(0));
      }
      batch.jobs().forEach(ClaimedJob::release);
    }
  }
}
