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
import org.jspecify.annotations.Nullable;

/**
 * Everything this worker has to renew: jobs it is claiming, jobs that wait for their model, a lane
 * or their batch, jobs that run, and results that are not acknowledged. Thread-safe.
 */
public final class Leases {
  private final Ticker ticker;
  private final Set<JobId> underWay = ConcurrentHashMap.newKeySet();
  private final Map<JobId, ClaimedJob> claimed = new ConcurrentHashMap<>();

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
    claimed.put(job.id(), job);
    underWay.remove(job.id());
  }

  /** Ends a lease: its result is acknowledged, or it was dropped. */
  public void ended(JobId job) {
    claimed.remove(job);
  }

  /** The job with that id, if it is held. */
  public @Nullable ClaimedJob find(JobId job) {
    return claimed.get(job);
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
