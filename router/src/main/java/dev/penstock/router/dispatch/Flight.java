package dev.penstock.router.dispatch;

import dev.penstock.job.JobOutcome;
import dev.penstock.router.dispatch.InferenceOutcome.JobReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request in flight and its jobs. Guarded by the {@link InFlightTable}. */
final class Flight {
  final InferenceRequest request;
  final List<Job> jobs = new ArrayList<>(1);
  private final Consumer<InferenceOutcome> listener;
  private final JobOutcome.@Nullable Done[] results;
  private final @Nullable JobReport[] reports;
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

  long deadlineNanos() {
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

  void tell(InferenceOutcome outcome) {
    listener.accept(outcome);
  }
}
