package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.job.JobId;
import dev.penstock.telemetry.Ticker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a worker renews: jobs it is claiming, has, runs, or has not had acknowledged. */
final class SimLeases {
  private final Ticker ticker;
  private final Map<JobId, Integer> underWay = new LinkedHashMap<>();
  private final Set<JobId> cancelled = new HashSet<>();
  private final Map<Lease, SimDevice.Work> claimed = new LinkedHashMap<>();

  private record Lease(JobId job, int attempt) {}

  SimLeases(Ticker ticker) {
    this.ticker = ticker;
  }

  void underWay(Set<JobId> jobs) {
    jobs.forEach(job -> underWay.merge(job, 1, Integer::sum));
  }

  void settled(Set<JobId> jobs) {
    jobs.forEach(this::settle);
  }

  private void settle(JobId job) {
    if (underWay.computeIfPresent(job, (id, claims) -> claims == 1 ? null : claims - 1) == null) {
      cancelled.remove(job);
    }
  }

  void claimed(SimDevice.Work job) {
    claimed.put(new Lease(job.id(), job.lease.attempt()), job);
    job.cancelled = cancelled.contains(job.id());
    settle(job.id());
  }

  List<SimDevice.Work> cancel(JobId id) {
    if (underWay.containsKey(id)) {
      cancelled.add(id);
    }
    return claimed.values().stream().filter(job -> job.id().equals(id)).toList();
  }

  void ended(JobId job, int attempt) {
    claimed.remove(new Lease(job, attempt));
  }

  boolean isEmpty() {
    return claimed.isEmpty() && underWay.isEmpty();
  }

  List<JobId> executing(String incarnation) {
    return of(incarnation).stream()
        .filter(held -> held.executingNanos() >= 0)
        .map(Held::job)
        .toList();
  }

  List<Held> of(String incarnation) {
    long now = ticker.nanos();
    var held = new ArrayList<Held>();
    for (JobId job : underWay.keySet()) {
      if (job.incarnation().equals(incarnation)) {
        held.add(new Held(job, -1));
      }
    }
    for (SimDevice.Work job : claimed.values()) {
      if (job.id().incarnation().equals(incarnation)) {
        boolean runs = job.startedNanos != Long.MIN_VALUE;
        held.add(new Held(job.id(), runs ? now - job.startedNanos : -1));
      }
    }
    return held;
  }
}
