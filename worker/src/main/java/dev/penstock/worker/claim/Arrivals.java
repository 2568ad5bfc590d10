package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.job.wire.Claim;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.Leases;
import dev.penstock.worker.batch.NextBatch;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.shelf.ModelShelf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where granted jobs go: to the next batch, or, when their package is not in memory (it was
 * replaced while they waited), to wait here until it is loaded. Thread-safe.
 */
final class Arrivals {
  /**
   * For so long after a package could not be loaded, jobs of its id are left to workers that may
   * have it: the queue does not tell its packages apart.
   */
  static final long FAILURE_MEMORY_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final ModelShelf shelf;
  private final NextBatch next;
  private final Leases leases;
  private final ResultSender results;
  private final Ticker ticker;
  private final Map<String, List<Cold>> cold = new HashMap<>();

  /** When a load failed last, by the id of the model; guarded by {@link #cold}. */
  private final Map<String, Long> failedNanos = new HashMap<>();

  /** Nothing waits here any more; guarded by {@link #cold}. */
  private boolean closed;

  private record Cold(Claim.Granted lease, String model, long heldSinceNanos) {}

  Arrivals(ModelShelf shelf, NextBatch next, Leases leases, ResultSender results, Ticker ticker) {
    this.shelf = shelf;
    this.next = next;
    this.leases = leases;
    this.results = results;
    this.ticker = ticker;
  }

  /**
   * Whether jobs of that id had better be left to other workers: the last ones that came wait for
   * their package, or it could not be loaded a short while ago.
   */
  boolean avoids(String modelId) {
    synchronized (cold) {
      Long failed = failedNanos.get(modelId);
      return (failed != null && ticker.nanos() - failed < FAILURE_MEMORY_NANOS)
          || cold.values().stream()
              .flatMap(List::stream)
              .anyMatch(waiting -> waiting.model().equals(modelId));
    }
  }

  /**
   * @param descriptors what was claimed
   * @param granted what of it is leased
   * @param nowNanos when the payloads were there
   * @param overlooked other jobs may have been taken in their place: there may be no room any more
   */
  void arrived(
      List<JobDescriptor> descriptors,
      List<Claim.Granted> granted,
      long nowNanos,
      boolean overlooked) {
    Map<JobId, JobDescriptor> byId =
        descriptors.stream()
            .collect(Collectors.toMap(JobDescriptor::id, Function.identity(), (one, copy) -> one));
    var ready = new ArrayList<ClaimedJob>();
    for (Claim.Granted lease : granted) {
      JobDescriptor descriptor = byId.get(lease.id());
      if (descriptor != null) {
        ClaimedJob job = claimed(lease, descriptor, nowNanos);
        if (job != null) {
          ready.add(job);
        }
      }
    }
    if (overlooked) {
      results.handBack(next.addWhatFits(ready));
    } else {
      hand(ready);
    }
  }

  private @Nullable ClaimedJob claimed(
      Claim.Granted lease, JobDescriptor descriptor, long nowNanos) {
    ResidentModel resident = shelf.acquire(descriptor.digest());
    if (resident != null) {
      var job = new ClaimedJob(lease, resident, nowNanos);
      leases.claimed(job);
      return job;
    }
    if (!isHeldCold(lease, descriptor, nowNanos)) {
      results.giveBackCold(List.of(lease.id()));
      return null;
    }
    // It may have arrived a moment ago, in which case nobody else will say so.
    var model = new ModelRef(descriptor.model(), descriptor.digest());
    CompletableFuture<ResidentModel> loading = shelf.request(model);
    if (loading.isCompletedExceptionally()) {
      failed(model, "The worker cannot load it now.");
    } else if (loading.isDone()) {
      loaded(descriptor.digest());
    }
    return null;
  }

  /** False when the worker leaves. */
  private boolean isHeldCold(Claim.Granted lease, JobDescriptor descriptor, long nowNanos) {
    synchronized (cold) {
      if (!closed) {
        cold.computeIfAbsent(descriptor.digest(), digest -> new ArrayList<>())
            .add(new Cold(lease, descriptor.model(), nowNanos));
      }
      return !closed;
    }
  }

  /** Gives back what waits for a load, for the worker is leaving; returns how many jobs. */
  int close() {
    List<JobId> waiting;
    synchronized (cold) {
      closed = true;
      waiting =
          cold.values().stream().flatMap(List::stream).map(each -> each.lease().id()).toList();
      cold.clear();
    }
    results.giveBackCold(waiting);
    return waiting.size();
  }

  /** A package is in memory now: its jobs go on. */
  void loaded(String digest) {
    var ready = new ArrayList<ClaimedJob>();
    for (Cold waiting : take(digest)) {
      ResidentModel model = shelf.acquire(digest);
      if (model == null) {
        fail(waiting, "The model was unloaded again.");
      } else {
        var job = new ClaimedJob(waiting.lease(), model, waiting.heldSinceNanos());
        leases.claimed(job);
        ready.add(job);
      }
    }
    hand(ready);
  }

  /** A package cannot be loaded here: its jobs may try elsewhere. */
  void failed(ModelRef model, String reason) {
    synchronized (cold) {
      failedNanos.put(model.model(), ticker.nanos());
    }
    take(model.digest()).forEach(waiting -> fail(waiting, reason));
  }

  private List<Cold> take(String digest) {
    synchronized (cold) {
      List<Cold> waiting = cold.remove(digest);
      return waiting == null ? List.of() : waiting;
    }
  }

  private void fail(Cold waiting, String reason) {
    Claim.Granted lease = waiting.lease();
    results.send(
        new AttemptResult(
            lease.id(),
            lease.attempt(),
            lease.token(),
            new JobOutcome.Failed(JobOutcome.Reason.LOAD, reason),
            WorkerTimings.NONE,
            0,
            BatchReason.IDLE,
            0));
  }

  private void hand(List<ClaimedJob> jobs) {
    if (!jobs.isEmpty() && !next.add(jobs)) {
      results.handBack(jobs);
    }
  }
}
