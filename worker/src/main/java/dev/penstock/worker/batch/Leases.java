package dev.penstock.worker.batch;

import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.job.JobId;
import dev.penstock.telemetry.Ticker;
import java.util.ArrayList;
import java.util.Collection;
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
  private final Set<JobId> underWay = ConcurrentHashMap.newKeySet();

  /** Jobs under way that nobody waits for any more: the cancel overtook the payload. */
  private final Set<JobId> cancelled = new HashSet<>();

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
    synchronized (cancelled) {
      underWay.removeAll(jobs);
      cancelled.removeAll(jobs);
    }
  }

  /** A job is ready to be executed, unless it was cancelled while it was under way. */
  public void claimed(ClaimedJob job) {
    synchronized (cancelled) {
      claimed.put(new Lease(job.id(), job.attempt()), job);
      underWay.remove(job.id());
      if (cancelled.remove(job.id())) {
        job.cancel();
      }
    }
  }

  /**
   * Nobody waits for that job any more. One that is under way is cancelled when it arrives.
   *
   * @return its attempts that are held, which are cancelled
   */
  public List<ClaimedJob> cancel(JobId id) {
    synchronized (cancelled) {
      if (underWay.contains(id)) {
        cancelled.add(id);
      }
      List<ClaimedJob> held = find(id);
      held.forEach(ClaimedJob::cancel);
      return held;
    }
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
    underWay.stream()
        .filter(id -> id.incarnation().equals(incarnation))
        .forEach(id -> held.add(new Held(id, -1)));
    claimed.values().stream()
        .filter(job -> job.id().incarnation().equals(incarnation))
        .forEach(job -> held.add(new Held(job.id(), job.executingNanos(now))));
    return held;
  }
}
