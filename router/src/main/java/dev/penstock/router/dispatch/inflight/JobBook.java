package dev.penstock.router.dispatch.inflight;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.job.JobId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The jobs in flight, found by id, by the model they wait for and by the worker that has them. Not
 * thread-safe: guarded by the {@link InFlightTable}, which decides what happens; this class keeps
 * the three views of it consistent.
 *
 * <p>INVARIANT: a job stands in {@code waiting} if it has no live lease, else with exactly one
 * worker in {@code leasedBy}.
 */
final class JobBook {
  private final Map<JobId, Job> jobs = new HashMap<>();
  private final Map<ModelRef, Set<Job>> waiting = new LinkedHashMap<>();
  private final Map<String, Set<Job>> leasedBy = new HashMap<>();

  int size() {
    return jobs.size();
  }

  @Nullable Job find(JobId id) {
    return jobs.get(id);
  }

  boolean holds(Job job) {
    return jobs.containsKey(job.descriptor.id());
  }

  /** All jobs in flight; not a copy. */
  Collection<Job> jobs() {
    return jobs.values();
  }

  /** Takes in a new job, which waits. */
  void add(Job job) {
    jobs.put(job.descriptor.id(), job);
    waiting.computeIfAbsent(job.model(), model -> new LinkedHashSet<>()).add(job);
  }

  /** A waiting job gets its lease. */
  void lease(Job job, Attempt attempt) {
    removeFrom(waiting, job.model(), job);
    leasedBy.computeIfAbsent(attempt.claim.instance(), instance -> new HashSet<>()).add(job);
    job.lease(attempt);
  }

  /** A leased job waits again. */
  void loseLease(Job job, Attempt live, long nowNanos) {
    endLease(job, live, nowNanos);
    job.offeredNanos = nowNanos;
    job.missingSinceNanos = null;
    waiting.computeIfAbsent(job.model(), model -> new LinkedHashSet<>()).add(job);
  }

  /** A job has ended. */
  void remove(Job job, long nowNanos) {
    jobs.remove(job.descriptor.id());
    Attempt live = job.lease;
    if (live == null) {
      removeFrom(waiting, job.model(), job);
    } else {
      endLease(job, live, nowNanos);
    }
  }

  private void endLease(Job job, Attempt live, long nowNanos) {
    live.lose(nowNanos);
    job.lease = null;
    removeFrom(leasedBy, live.claim.instance(), job);
  }

  /** The packages that jobs were admitted for. */
  Set<ModelRef> models() {
    return jobs.values().stream().map(Job::model).collect(Collectors.toSet());
  }

  boolean hasWaiting(ModelRef model) {
    return waiting.containsKey(model);
  }

  /** The packages that jobs wait for. */
  Set<ModelRef> waitingModels() {
    return Set.copyOf(waiting.keySet());
  }

  /** A copy of the jobs that wait for a model. */
  List<Job> waitingFor(ModelRef model) {
    return List.copyOf(waiting.getOrDefault(model, Set.of()));
  }

  /** A copy of all jobs that wait. */
  List<Job> waitingJobs() {
    return waiting.values().stream().flatMap(Collection::stream).toList();
  }

  /** A copy of the jobs a worker has. */
  List<Job> leasedBy(String instance) {
    return List.copyOf(leasedBy.getOrDefault(instance, Set.of()));
  }

  /** A copy of all jobs that some worker has. */
  List<Job> leasedJobs() {
    return leasedBy.values().stream().flatMap(Collection::stream).toList();
  }

  /** What waits, by model. */
  List<Waiting> backlog(long nowNanos) {
    var backlog = new ArrayList<Waiting>();
    waiting.forEach(
        (model, sameModel) -> {
          long oldest =
              sameModel.stream().mapToLong(job -> nowNanos - job.queuedNanos()).max().orElse(0);
          backlog.add(new Waiting(model, sameModel.size(), oldest));
        });
    return backlog;
  }

  /** Says what is not as it must be; empty when the invariant holds. */
  List<String> violations() {
    var violations = new ArrayList<String>();
    for (Job job : jobs.values()) {
      boolean waits = waiting.getOrDefault(job.model(), Set.of()).contains(job);
      Set<String> holders =
          leasedBy.entrySet().stream()
              .filter(entry -> entry.getValue().contains(job))
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      Attempt live = job.lease;
      Set<String> expected = live == null ? Set.of() : Set.of(live.claim.instance());
      if (waits != (live == null) || !holders.equals(expected)) {
        violations.add(
            job.descriptor.id()
                + " waits: "
                + waits
                + ", leased by "
                + holders
                + " not "
                + expected);
      }
      if (job.flight.ended) {
        violations.add(job.descriptor.id() + " is in flight after its request ended");
      }
    }
    int placed = waitingJobs().size() + leasedJobs().size();
    if (placed != jobs.size()) {
      violations.add(jobs.size() + " jobs but " + placed + " places");
    }
    return violations;
  }

  private static <K> void removeFrom(Map<K, Set<Job>> index, K key, Job job) {
    Set<Job> jobs = index.get(key);
    if (jobs != null && jobs.remove(job) && jobs.isEmpty()) {
      index.remove(key);
    }
  }
}
