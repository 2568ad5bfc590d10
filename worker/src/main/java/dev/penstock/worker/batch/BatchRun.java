package dev.penstock.worker.batch;

import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobOutcome;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.BadInputException;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.BatchRunner.DecodedImage;
import dev.penstock.worker.engine.DeviceException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way through decode, preprocess, one forward pass and postprocess. A job whose
 * image cannot be used fails alone and leaves its slot to the others; a failed forward pass fails
 * them all.
 */
final class BatchRun {
  private static final System.Logger LOG = System.getLogger(BatchRun.class.getName());

  private final BatchRunner runner;
  private final List<ClaimedJob> jobs;
  private final BatchReason reason;
  private final Executor helpers;
  private final BiConsumer<ClaimedJob, AttemptResult> results;
  private final Ticker ticker;

  BatchRun(
      BatchRunner runner,
      List<ClaimedJob> jobs,
      BatchReason reason,
      Executor helpers,
      BiConsumer<ClaimedJob, AttemptResult> results,
      Ticker ticker) {
    this.runner = runner;
    this.jobs = jobs;
    this.reason = reason;
    this.helpers = helpers;
    this.results = results;
    this.ticker = ticker;
  }

  void execute() {
    List<Item> items =
        jobs.stream()
            .map(job -> new Item(job, new StageClock(ticker, job.heldSinceNanos())))
            .toList();
    try {
      forEach(items, this::decode);
      List<Item> batch = preprocessed(usable(items));
      if (!batch.isEmpty()) {
        infer(batch);
        forEach(usable(batch), item -> postprocess(item, batch.size()));
      }
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "A batch of " + items.size() + " failed.", e);
      failRest(items, e);
    } finally {
      items.forEach(Item::close);
    }
  }

  /** INVARIANT: every job that was started has a result, whatever went wrong. */
  private void failRest(List<Item> items, Throwable cause) {
    var failed = new JobOutcome.Failed(JobOutcome.Reason.DEVICE, "The worker failed: " + cause);
    items.stream().filter(item -> !item.sent).forEach(item -> send(item, failed, 0));
  }

  /** Gives slots without gaps, again when an image turns out not to fit the model. */
  private List<Item> preprocessed(List<Item> items) {
    for (int slot = 0; slot < items.size(); slot++) {
      items.get(slot).slot = slot;
    }
    forEach(items, this::preprocess);
    List<Item> fit = usable(items);
    return fit.size() == items.size() ? items : preprocessed(fit);
  }

  private void decode(Item item) {
    guarded(
        item,
        () -> {
          item.clock.begin();
          try {
            item.image = runner.decode(item.job.payload(), item.job.parameters());
          } finally {
            item.clock.endDecode();
          }
        });
  }

  private void preprocess(Item item) {
    guarded(
        item,
        () -> {
          item.clock.begin();
          try {
            runner.preprocess(item.slot, item.image(), item.job.parameters());
          } finally {
            item.clock.endPreprocess();
          }
        });
  }

  private void infer(List<Item> batch) {
    batch.forEach(item -> item.clock.begin());
    JobOutcome.@Nullable Failed failed = null;
    try {
      runner.infer(batch.size());
    } catch (DeviceException | RuntimeException e) {
      LOG.log(Level.WARNING, "A batch of " + batch.size() + " failed on the device.", e);
      failed =
          new JobOutcome.Failed(JobOutcome.Reason.DEVICE, "The device failed: " + e.getMessage());
    }
    batch.forEach(item -> item.clock.endInference());
    if (failed != null) {
      for (Item item : batch) {
        item.failed = true;
        send(item, failed, batch.size());
      }
    }
  }

  private void postprocess(Item item, int batchSize) {
    guarded(
        item,
        () -> {
          item.clock.begin();
          JobOutcome outcome;
          try {
            outcome = runner.postprocess(item.slot, item.image(), item.job.parameters());
          } finally {
            item.clock.endPostprocess();
          }
          send(item, outcome, batchSize);
        });
  }

  private void guarded(Item item, Step step) {
    try {
      step.run();
    } catch (BadInputException e) {
      item.failed = true;
      send(item, e.failure(), 0);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Job " + item.job.id() + " failed.", e);
      item.failed = true;
      send(item, new JobOutcome.Failed(JobOutcome.Reason.DEVICE, "The worker failed: " + e), 0);
    }
  }

  private void send(Item item, JobOutcome outcome, int batchSize) {
    results.accept(item.job, item.job.result(outcome, item.clock.timings(), batchSize, reason));
    item.sent = true;
  }

  private static List<Item> usable(List<Item> items) {
    return items.stream().filter(item -> !item.failed).toList();
  }

  /** Runs a stage for all, side by side when there are several; returns when all are done. */
  private void forEach(List<Item> items, Consumer<Item> stage) {
    if (items.size() == 1) {
      stage.accept(items.get(0));
      return;
    }
    var running = new ArrayList<CompletableFuture<Void>>();
    items.forEach(
        item -> running.add(CompletableFuture.runAsync(() -> stage.accept(item), helpers)));
    // All of them, also when one fails: what is left running would use memory that is freed next.
    CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
  }

  private interface Step {
    void run() throws BadInputException;
  }

  private static final class Item {
    final ClaimedJob job;
    final StageClock clock;
    int slot;
    @Nullable DecodedImage image;
    volatile boolean failed;
    volatile boolean sent;

    Item(ClaimedJob job, StageClock clock) {
      this.job = job;
      this.clock = clock;
    }

    DecodedImage image() {
      DecodedImage decoded = image;
      if (decoded == null) {
        throw new IllegalStateException("job " + job.id() + " was not decoded");
      }
      return decoded;
    }

    void close() {
      if (image != null) {
        image.close();
      }
    }
  }
}
