package dev.penstock.router.dispatch.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.FakeTicker;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.InferenceRequest;
import dev.penstock.router.dispatch.OrderTag;
import dev.penstock.router.dispatch.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An {@link InFlightTable} with everything around it: a clock that stands still, the queue its
 * offers go to, the cancels it sends, and the outcomes it tells. After every step its invariants
 * are checked.
 */
final class TableWorld implements InFlightTable.Effects {
  static final String MODEL = "coco/1";
  static final int BOUND = 10;

  final FakeTicker ticker = new FakeTicker();
  final LeaseTerms terms = new LeaseTerms();

  /** Descriptors in the job queue; copies may occur. */
  final List<JobDescriptor> queue = new ArrayList<>();

  /** Cancels that were sent, as {@code instance:job}. */
  final List<String> cancels = new ArrayList<>();

  /** Digests of what other workers than the one that claims have in memory. */
  Set<String> elsewhere = Set.of();

  final InFlightTable table;
  private final AtomicLong tags = new AtomicLong();
  private final AtomicInteger claims = new AtomicInteger();

  TableWorld() {
    var tokens = new AtomicInteger();
    table =
        new InFlightTable(
            "router", BOUND, terms, () -> "token-" + tokens.incrementAndGet(), ticker, this);
  }

  @Override
  public void offer(JobDescriptor job) {
    queue.add(job);
  }

  @Override
  public void withdraw(JobDescriptor job) {
    queue.remove(job);
  }

  @Override
  public void cancel(String instance, JobId job) {
    cancels.add(instance + ":" + job);
  }

  /** A request and what it was told. */
  static final class Asked {
    final List<InferenceOutcome> outcomes = new ArrayList<>();
    @Nullable Flight flight;
    boolean cancelled;

    Flight flight() {
      assertThat(flight).isNotNull();
      return Objects.requireNonNull(flight);
    }

    JobId job(int index) {
      return flight().jobs.get(index).descriptor.id();
    }

    InferenceOutcome outcome() {
      assertThat(outcomes).hasSize(1);
      return outcomes.get(0);
    }
  }

  Asked ask(int images) {
    return ask(MODEL, images, Requests.TIMEOUT);
  }

  Asked ask(String model, int images, Duration timeout) {
    return ask(Requests.request(model, images, ticker.nanos(), timeout));
  }

  Asked ask(InferenceRequest request) {
    var asked = new Asked();
    asked.flight = step(() -> table.admit(request, false, job -> nextTag(), asked.outcomes::add));
    return asked;
  }

  OrderTag nextTag() {
    long tag = tags.incrementAndGet();
    return new OrderTag(tag, tag + 1);
  }

  void cancel(Asked asked) {
    asked.cancelled = true;
    step(() -> table.cancel(asked.flight()));
  }

  void expire(Asked asked) {
    step(() -> table.expire(asked.flight(), "too late"));
  }

  /** Takes everything out of the queue, as a worker does before it claims. */
  List<JobDescriptor> pollAll() {
    var taken = List.copyOf(queue);
    queue.clear();
    return taken;
  }

  Claim claimOf(String instance, JobId... jobs) {
    return new Claim(
        "id-of-" + instance, instance, "cpu", "claim-" + claims.incrementAndGet(), List.of(jobs));
  }

  List<Claim.Granted> claim(String instance, JobId... jobs) {
    return claim(claimOf(instance, jobs));
  }

  List<Claim.Granted> claim(Claim claim) {
    return step(() -> table.claim(claim, elsewhere));
  }

  /** A worker polls the job's descriptor and claims it. */
  Claim.Granted lease(String instance, JobId job) {
    queue.removeIf(descriptor -> descriptor.id().equals(job));
    List<Claim.Granted> granted = claim(instance, job);
    assertThat(granted).extracting(Claim.Granted::id).containsExactly(job);
    return granted.get(0);
  }

  InFlightTable.Ack done(Claim.Granted lease) {
    return post(lease, lease.token(), new JobOutcome.Done(4, 3, lease.payload(), null));
  }

  InFlightTable.Ack fail(Claim.Granted lease, JobOutcome.Reason reason) {
    return post(lease, lease.token(), new JobOutcome.Failed(reason, "it broke"));
  }

  InFlightTable.Ack post(Claim.Granted lease, String token, JobOutcome outcome) {
    var timings = new WorkerTimings(50, 10, 10, 10, 10, 10);
    return step(
        () ->
            table.complete(
                new AttemptResult(
                    lease.id(), lease.attempt(), token, outcome, timings, 1, BatchReason.IDLE, 0)));
  }

  void renew(String instance, long executingNanos, JobId... jobs) {
    Collection<Held> held = List.of(jobs).stream().map(j -> new Held(j, executingNanos)).toList();
    step(() -> table.renew(instance, held));
  }

  /** What the router does every half second, reading the queue as it stands. */
  void look() {
    for (String model : table.suspects()) {
      var seen =
          queue.stream()
              .filter(job -> job.model().equals(model))
              .map(JobDescriptor::id)
              .collect(Collectors.toSet());
      step(() -> table.reconcile(model, seen, ticker.nanos()));
    }
  }

  void step(Runnable action) {
    step(
        () -> {
          action.run();
          return "";
        });
  }

  <T> T step(Supplier<T> action) {
    T result = action.get();
    assertThat(table.violations()).isEmpty();
    return result;
  }
}
