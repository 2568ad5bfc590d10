package dev.penstock.worker.batch;

import dev.penstock.job.BatchReason;
import dev.penstock.job.JobOutcome;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.Portions.Portion;
import dev.penstock.worker.batch.Portions.TooLarge;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.memory.ImageMemory;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Executor;

/** One thread that runs one batch after the other on its share of the device. */
final class Lane implements Runnable {
  private static final System.Logger LOG = System.getLogger(Lane.class.getName());

  private final int number;
  private final NextBatch next;
  private final Executor helpers;
  private final DeviceHealth health;
  private final ExecutionListener executions;
  private final Departures departures;
  private final ImageMemory memory;
  private final Ticker ticker;

  /**
   * @param number which of the device's runners it uses, from 0
   * @param helpers threads that decode and postprocess the jobs of a batch side by side
   * @param executions told of each batch before anything is done with it
   * @param memory for decoded pictures, shared by all lanes
   */
  Lane(
      int number,
      NextBatch next,
      Executor helpers,
      DeviceHealth health,
      ExecutionListener executions,
      Departures departures,
      ImageMemory memory,
      Ticker ticker) {
    this.number = number;
    this.next = next;
    this.helpers = helpers;
    this.health = health;
    this.executions = executions;
    this.departures = departures;
    this.memory = memory;
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
  private void guarded(Batch batch) throws InterruptedException {
    try {
      run(batch);
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "A batch ended badly; the lane goes on.", e);
      // Leases that are no longer renewed end, so that the jobs are tried elsewhere. A result on
      // its way is taken all the same.
      batch.jobs().forEach(job -> departures.dropped(job, "its batch ended badly"));
    }
  }

  private void run(Batch batch) throws InterruptedException {
    try {
      BatchRunner runner = batch.model().loaded().runners().get(number);
      var portions = Portions.of(batch, runner, memory.limit());
      portions.tooLarge().forEach(job -> refuse(job, batch.reason()));
      for (Portion portion : portions.parts()) {
        // INVARIANT: a lane that waits for memory holds none.
        memory.use(portion.bytes(), () -> start(portion.batch(), runner));
      }
      health.nurse(runner);
    } finally {
      batch.jobs().forEach(ClaimedJob::release);
    }
  }

  private void start(Batch batch, BatchRunner runner) {
    if (health.isSick()) {
      departures.givenUp(batch.jobs());
      return;
    }
    long now = ticker.nanos();
    List<ClaimedJob> worthwhile =
        batch.jobs().stream().filter(job -> job.worthStarting(now)).toList();
    batch.jobs().stream()
        .filter(job -> !worthwhile.contains(job))
        .forEach(job -> departures.dropped(job, "nobody waits for it any more"));
    if (!worthwhile.isEmpty()) {
      worthwhile.forEach(job -> job.start(now));
      executions.starts(worthwhile, batch.alone());
      var started = new Batch(batch.model(), worthwhile, batch.reason());
      try {
        new BatchRun(runner, started, helpers, health, departures, ticker).execute();
      } finally {
        if (started.alone()) {
          executions.endedAlone(worthwhile.get(0));
        }
      }
    }
  }

  private void refuse(TooLarge tooLarge, BatchReason reason) {
    ClaimedJob job = tooLarge.job();
    var clock = new StageClock(ticker, job.heldSinceNanos());
    clock.begin();
    var failed =
        new JobOutcome.Failed(JobOutcome.Reason.UNREADABLE_IMAGE, memory.refusal(tooLarge.bytes()));
    departures.ended(job, job.result(failed, clock.timings(), 0, reason));
  }
}
