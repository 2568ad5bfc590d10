package dev.penstock.router.dispatch.inflight;

import dev.penstock.job.JobOutcome;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.InferenceOutcome.JobReport;
import dev.penstock.router.dispatch.InferenceRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request in flight and its jobs. Guarded by the {@link InFlightTable}. */
public final class Flight {
  final InferenceRequest request;
  final List<Job> jobs = new ArrayList<>(1);
  private final Consumer<InferenceOutcome> listener;
  private final JobOutcome.@Nullable Done[] results;
  private final @Nullable JobReport[] reports;
  private final AtomicReference<@Nullable Runnable> cleanUps = new AtomicReference<>();
  private int open;

  /** INVARIANT: set once, together with the one decision of how the request ends. */
  boolean ended;

  Flight(InferenceRequest request, Consumer<InferenceOutcome> listener) {
    this.request = request;
    this.listener = listener;
    this.open = request.images().size();
    this.results = new JobOutcome.@Nullable Done[open];
    this.reports = new JobReport[open];
  }

  /** When it is answered 504, on this router's clock. */
  public long deadlineNanos() {
    return request.startedNanos() + request.timeout().toNanos();
  }

  void report(int index, JobReport report) {
    reports[index] = report;
  }

  /** Keeps one job's predictions; true when they were the last. */
  boolean done(int index, JobOutcome.Done result) {
    results[index] = result;
    return --open == 0;
  }

  InferenceOutcome completed(int last) {
    return outcome(
        new InferenceOutcome.Completed(
            Arrays.stream(results).map(Objects::requireNonNull).toList()),
        last);
  }

  InferenceOutcome outcome(InferenceOutcome.End end, int critical) {
    return new InferenceOutcome(
        end, Arrays.stream(reports).map(Objects::requireNonNull).toList(), critical);
  }

  /**
   * Runs when the request has its outcome; at once when it has it already. Not called for a client
   * that went away.
   */
  public void whenEnded(Runnable cleanUp) {
    if (!cleanUps.compareAndSet(null, cleanUp)) {
      cleanUp.run();
    }
  }

  /** Lets go of what was kept for the time the request was in flight. */
  void cleanUp() {
    Runnable cleanUp = cleanUps.getAndSet(() -> {});
    if (cleanUp != null) {
      cleanUp.run();
    }
  }

  void tell(InferenceOutcome outcome) {
    cleanUp();
    listener.accept(outcome);
  }
}
