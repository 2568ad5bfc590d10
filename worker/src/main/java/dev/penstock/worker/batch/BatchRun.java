package dev.penstock.worker.batch;

import dev.penstock.config.PlainWords;
import dev.penstock.job.JobOutcome;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.BadInputException;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.DeviceException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way through decode, preprocess, forward pass and postprocess. A job whose image
 * cannot be used fails alone and leaves its slot to the others.
 *
 * <p><b>A forward pass that fails</b> is repeated with each half of its jobs, and so on: so a job
 * that no pass survives fails alone, and its batch mates are answered. That takes at most 2n − 1
 * passes, and with one such job 2 log n + 1. When memory was short and the halves did pass, the
 * model's batch bound is lowered to what passed. A device that proves sick on the way gets no more
 * of them: the rest is given up for others to run.
 */
final class BatchRun {
  private static final System.Logger LOG = System.getLogger(BatchRun.class.getName());

  private final BatchRunner runner;
  private final Batch batch;
  private final Executor helpers;
  private final DeviceHealth health;
  private final Departures departures;
  private final Ticker ticker;

  BatchRun(
      BatchRunner runner,
      Batch batch,
      Executor helpers,
      DeviceHealth health,
      Departures departures,
      Ticker ticker) {
    this.runner = runner;
    this.batch = batch;
    this.helpers = helpers;
    this.health = health;
    this.departures = departures;
    this.ticker = ticker;
  }

  void execute() {
    List<BatchMember> members =
        batch.jobs().stream().map(job -> new BatchMember(job, ticker)).toList();
    try {
      forEach(members, this::decode);
      pass(usable(members));
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "A batch of " + members.size() + " failed.", e);
      failRest(members, e);
    } finally {
      members.forEach(BatchMember::close);
    }
  }

  /** INVARIANT: every job that was started has a result or is let go of, whatever went wrong. */
  private void failRest(List<BatchMember> members, Throwable cause) {
    var failed = new JobOutcome.Failed(JobOutcome.Reason.DEVICE, "The worker failed: " + cause);
    members.stream().filter(member -> !member.ended).forEach(member -> end(member, failed, 0));
  }

  /**
   * One forward pass, or when it fails one for each half.
   *
   * @return whether the device took all of them
   */
  private boolean pass(List<BatchMember> decoded) {
    List<BatchMember> members = preprocessed(decoded);
    int size = members.size();
    if (size == 0) {
      return true;
    }
    DeviceException failure = infer(members);
    if (failure == null) {
      health.worked();
      forEach(members, member -> postprocess(member, size));
      return true;
    }
    if (size == 1) {
      fails(members.get(0), failure);
      health.failed(members.get(0).job.id(), runner);
      return false;
    }
    LOG.log(
        Level.WARNING,
        "A batch of {0} failed on the device, its halves are tried: {1}",
        size,
        failure.getMessage());
    int half = (size + 1) / 2;
    boolean first = passAgain(members.subList(0, half));
    boolean second = passAgain(members.subList(half, size));
    if (first && second && failure.isOutOfMemory()) {
      batch.model().limitBatch(half);
    }
    return first && second;
  }

  private boolean passAgain(List<BatchMember> members) {
    if (health.isSick()) {
      giveUp(members);
      return false;
    }
    long now = ticker.nanos();
    for (BatchMember member : members) {
      if (!member.job.worthStarting(now)) {
        member.out = true;
        member.ended = true;
        departures.dropped(member.job, "nobody waits for it any more");
      }
    }
    List<BatchMember> wanted = usable(members);
    return pass(wanted) && wanted.size() == members.size();
  }

  private void giveUp(List<BatchMember> members) {
    for (BatchMember member : members) {
      member.out = true;
      member.ended = true;
    }
    departures.givenUp(members.stream().map(member -> member.job).toList());
  }

  private void fails(BatchMember member, DeviceException failure) {
    LOG.log(
        Level.WARNING, "Job {0} failed on the device: {1}", member.job.id(), failure.getMessage());
    member.out = true;
    end(
        member,
        new JobOutcome.Failed(
            JobOutcome.Reason.DEVICE, "The device failed: " + failure.getMessage()),
        1);
  }

  /** Gives slots without gaps, again when an image turns out not to fit the model. */
  private List<BatchMember> preprocessed(List<BatchMember> members) {
    for (int slot = 0; slot < members.size(); slot++) {
      members.get(slot).slot = slot;
    }
    forEach(members, this::preprocess);
    List<BatchMember> fit = usable(members);
    return fit.size() == members.size() ? members : preprocessed(fit);
  }

  private void decode(BatchMember member) {
    guarded(
        member,
        () -> {
          member.clock.begin();
          try {
            member.image = runner.decode(member.job.payload(), member.job.parameters());
          } finally {
            member.clock.endDecode();
          }
        });
  }

  private void preprocess(BatchMember member) {
    guarded(
        member,
        () -> {
          member.clock.begin();
          try {
            runner.preprocess(member.slot, member.image(), member.job.parameters());
          } finally {
            member.clock.endPreprocess();
          }
        });
  }

  /** Returns why it failed, or null. */
  private @Nullable DeviceException infer(List<BatchMember> members) {
    members.forEach(member -> member.clock.begin());
    try {
      runner.infer(members.size());
      return null;
    } catch (DeviceException e) {
      return e;
    } catch (OutOfMemoryError e) {
      return DeviceException.outOfMemory(PlainWords.of(e), e);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A forward pass failed.", e);
      return new DeviceException(PlainWords.of(e), e);
    } finally {
      members.forEach(member -> member.clock.endInference());
    }
  }

  private void postprocess(BatchMember member, int batchSize) {
    guarded(
        member,
        () -> {
          member.clock.begin();
          JobOutcome outcome;
          try {
            outcome = runner.postprocess(member.slot, member.image(), member.job.parameters());
          } finally {
            member.clock.endPostprocess();
          }
          end(member, outcome, batchSize);
        });
  }

  private void guarded(BatchMember member, Step step) {
    try {
      step.run();
    } catch (BadInputException e) {
      member.out = true;
      end(member, e.failure(), 0);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      // Errors too: memory or stack that one picture needs is not its batch mates' matter.
      LOG.log(Level.ERROR, "Job " + member.job.id() + " failed.", e);
      member.out = true;
      end(
          member,
          new JobOutcome.Failed(JobOutcome.Reason.DEVICE, "The worker failed: " + PlainWords.of(e)),
          0);
    }
  }

  private void end(BatchMember member, JobOutcome outcome, int batchSize) {
    departures.ended(
        member.job, member.job.result(outcome, member.clock.timings(), batchSize, batch.reason()));
    member.ended = true;
  }

  private static List<BatchMember> usable(List<BatchMember> members) {
    return members.stream().filter(member -> !member.out).toList();
  }

  /** Runs a stage for all, side by side when there are several; returns when all are done. */
  private void forEach(List<BatchMember> members, Consumer<BatchMember> stage) {
    if (members.size() == 1) {
      stage.accept(members.get(0));
      return;
    }
    var running = new ArrayList<CompletableFuture<Void>>();
    members.forEach(
        member -> running.add(CompletableFuture.runAsync(() -> stage.accept(member), helpers)));
    // All of them, also when one fails: what is left running would use memory that is freed next.
    CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
  }

  private interface Step {
    void run() throws BadInputException;
  }
}
