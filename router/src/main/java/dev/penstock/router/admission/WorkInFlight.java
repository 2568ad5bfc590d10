package dev.penstock.router.admission;

import java.util.HashMap;
import java.util.Map;

/**
 * What each caller has in flight, as work. Not thread-safe: guarded by the {@link
 * AdmissionControl}.
 *
 * <p>Jobs are kept as numbers by priority and model and weighed only when asked, with what one job
 * of that model costs by then: a queue of slow jobs and a drain rate of fast ones would otherwise
 * be compared.
 */
final class WorkInFlight {
  private final JobCosts costs;
  private final Map<String, Share> shares = new HashMap<>();

  WorkInFlight(JobCosts costs) {
    this.costs = costs;
  }

  private record Flow(Priority priority, String digest) {}

  private final class Share {
    private final Map<Flow, Integer> jobs = new HashMap<>();
    private double weight;

    double work() {
      return jobs.keySet().stream().mapToDouble(this::of).sum();
    }

    private double of(Flow flow) {
      return jobs.getOrDefault(flow, 0) * costs.of(flow.digest());
    }

    /** What the caller gets done until one more of a flow has ended. */
    double until(Flow own, double more) {
      double ownWork = more + of(own);
      double sum = ownWork;
      for (Flow other : jobs.keySet()) {
        if (!other.equals(own)) {
          sum += Math.min(of(other), ownWork * other.priority().weight() / own.priority().weight());
        }
      }
      return sum;
    }

    /** The same for a model that is not known: one of those the caller asks for. */
    double until(Priority priority, double more) {
      return jobs.keySet().stream()
          .filter(flow -> flow.priority() == priority)
          .mapToDouble(flow -> until(flow, more))
          .min()
          .orElse(more);
    }
  }

  void add(Caller caller, Priority priority, String digest, int jobs) {
    Share share = shares.computeIfAbsent(caller.id(), id -> new Share());
    share.weight = caller.weight();
    share.jobs.merge(new Flow(priority, digest), jobs, Integer::sum);
  }

  void remove(Caller caller, Priority priority, String digest, int jobs) {
    Share share = shares.get(caller.id());
    if (share != null) {
      share.jobs.computeIfPresent(
          new Flow(priority, digest), (flow, has) -> has > jobs ? has - jobs : null);
      if (share.jobs.isEmpty()) {
        shares.remove(caller.id());
      }
    }
  }

  /**
   * The work that is done before the next one of a line has ended, that included. Devices are
   * shared by weight among callers, and among the priorities and models of each; first come is
   * first served within. So while a line gets through its own work, each other one gets through as
   * much by its weight, or all it has. It never exceeds all that is there, and for who has nothing
   * in flight it hardly depends on who floods.
   *
   * @param more work that is about to come
   */
  double until(Line line, double more) {
    Share own = line.caller() == null ? null : shares.get(line.caller().id());
    double weight = line.caller() == null ? 1 : line.caller().weight();
    double ownWork = more;
    if (own != null) {
      ownWork =
          line.digest() == null
              ? own.until(line.priority(), more)
              : own.until(new Flow(line.priority(), line.digest()), more);
    }
    double sum = ownWork;
    for (Share other : shares.values()) {
      if (other != own) {
        sum += Math.min(other.work(), ownWork * other.weight / weight);
      }
    }
    return sum;
  }

  /** All of it. */
  double total() {
    return shares.values().stream().mapToDouble(Share::work).sum();
  }

  /** How many jobs that is. */
  long jobs() {
    return shares.values().stream()
        .flatMap(share -> share.jobs.values().stream())
        .mapToLong(Integer::longValue)
        .sum();
  }
}
