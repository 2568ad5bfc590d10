package dev.penstock.worker.batch;

import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.job.JobId;
import dev.penstock.telemetry.Ticker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Everything this worker has to renew: jobs it is claiming, jobs that wait for their model, a lane
 * or their batch, jobs that run, and results that are not acknowledged. Thread-safe.
 */
public final class Leases {
  private final Ticker ticker;

  /** By how many claims: one may be of a copy of a descriptor that another one brings. */
  private final Map<JobId, Integer> underWay = new ConcurrentHashMap<>();

  /** Jobs under way that nobody waits for any more: the cancel overtook the payload. */
  private final Set<JobId> cancelled = new HashSet<>();

  private final Map<Lease, ClaimedJob> claimed = new ConcurrentHashMap<>();

  /** A worker that slept may hold an attempt it has lost and a later one of the same job. */
  private record Lease(JobId job, int attempt) {}

  public Leases(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Jobs that are being claimed or wait for their model.
   *
   * @param jobs of one claim
   */
  public void underWay(Set<JobId> jobs) {
    jobs.forEach(job -> underWay.merge(job, 1, Integer::sum));
  }

  /**
   * Jobs that a claim did not bring, or that were given up before they became {@link #claimed}.
   * Other claims of them go on.
   */
  public void settled(Set<JobId> jobs) {
    synchronized (cancelled) {
      jobs.forEach(this::settle);
    }
  }

  private void settle(JobId job) {
    Integer left = underWay.computeIfPresent(job, (id, claims) -> claims == 1 ? null : claims - 1);
    if (left == null) {
      cancelled.remove(job);
    }
  }

  /** A job is ready to be executed, unless it was cancelled while it was under way. */
  public void claimed(ClaimedJob job) {
    synchronized (cancelled) {
      if (cancelled.contains(job.id())) {
        job.cancel();
      }
      claimed.put(new Lease(job.id(), job.attempt()), job);
      settle(job.id());
    }
  }

  /**
   * Nobody waits for that job any more. One that is under way is cancelled when it arrives.
   *
   * @return its attempts that are held, which are cancelled
   */
  public List<ClaimedJob> cancel(JobId id) {
    synchronized (cancelled) {
      if (underWay.containsKey(id)) {
        cancelled.add(id);
      }
      List<ClaimedJob> held = find(id);
      held.forEach(ClaimedJob::cancel);
      return held;
    }
  }

  /**
   * Ends a lease: its result is acknowledged, or it was dropped.
   *
   * @return whether it was held
   */
  public boolean ended(JobId job, int attempt) {
    return claimed.remove(new Lease(job, attempt)) != null;
  }

  /** The attempts at that job that are held; more than one when the worker lost some of them. */
  public List<ClaimedJob> find(JobId id) {
    return claimed.values().stream().filter(job -> job.id().equals(id)).toList();
  }

  public boolean isEmpty() {
    return claimed.isEmpty() && underWay.isEmpty();
  }

  /** Which jobs of the router of that incarnation are being executed. */
  public List<JobId> executing(String incarnation) {
    return of(incarnation).stream()
        .filter(held -> held.executingNanos() >= 0)
        .map(Held::job)
        .toList();
  }

  /** What the router of that incarnation is told in each renewal. */
  public List<Held> of(String incarnation) {
    long now = ticker.nanos();
    var held = new ArrayList<Held>();
    underWay.keySet().stream()
        .filter(id -> id.incarnation().equals(incarnation))
        .forEach(id -> held.add(new Held(id, -1)));
    claimed.values().stream()
        .filter(job -> job.id().incarnation().equals(incarnation))
        .forEach(job -> held.add(new Held(job.id(), job.executingNanos(now))));
    return held;
  }
}
