package dev.penstock.worker.batch;

import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.job.JobId;
import dev.penstock.telemetry.Ticker;
import java.util.ArrayList;
import java.util.Collection;
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
  private final Set<JobId> underWay = ConcurrentHashMap.newKeySet();
  private final Map<Lease, ClaimedJob> claimed = new ConcurrentHashMap<>();

  /** A worker that slept may hold an attempt it has lost and a later one of the same job. */
  private record Lease(JobId job, int attempt) {}

  public Leases(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Jobs that are being claimed or wait for their model. */
  public void underWay(Collection<JobId> jobs) {
    underWay.addAll(jobs);
  }

  /** Jobs that were not granted, or were given up before they became {@link #claimed}. */
  public void settled(Collection<JobId> jobs) {
    underWay.removeAll(jobs);
  }

  public void claimed(ClaimedJob job) {
    claimed.put(new Lease(job.id(), job.attempt()), job);
    underWay.remove(job.id());
  }

  /** Ends a lease: its result is acknowledged, or it was dropped. */
  public void ended(JobId job, int attempt) {
    claimed.remove(new Lease(job, attempt));
  }

  /** The attempts at that job that are held; more than one when the worker lost some of them. */
  public List<ClaimedJob> find(JobId id) {
    return claimed.values().stream().filter(job -> job.id().equals(id)).toList();
  }

  public boolean isEmpty() {
    return claimed.isEmpty() && underWay.isEmpty();
  }

  /** What the router of that incarnation is told in each renewal. */
  public List<Held> of(String incarnation) {
    long now = ticker.nanos();
    var held = new ArrayList<Held>();
    underWay.stream()
        .filter(id -> id.incarnation().equals(incarnation))
        .forEach(id -> held.add(new Held(id, -1)));
    claimed.values().stream()
        .filter(job -> job.id().incarnation().equals(incarnation))
        .forEach(job -> held.add(new Held(job.id(), job.executingNanos(now))));
    return held;
  }
}
