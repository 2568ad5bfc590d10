package dev.penstock.router.admission;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each caller has in flight, as work. Not thread-safe: guarded by the {@link
 * AdmissionControl}.
 *
 * <p>Jobs are kept as numbers by model and weighed only when asked, with what one job of that model
 * costs by then: a queue of slow jobs and a drain rate of fast ones would otherwise be compared.
 */
final class WorkInFlight {
  private final JobCosts costs;
  private final Map<String, Share> shares = new HashMap<>();

  WorkInFlight(JobCosts costs) {
    this.costs = costs;
  }

  private static final class Share {
    private final Map<String, Integer> jobs = new HashMap<>();
    private double weight;

    double work(JobCosts costs) {
      double work = 0;
      for (Map.Entry<String, Integer> model : jobs.entrySet()) {
        work += model.getValue() * costs.of(model.getKey());
      }
      return work;
    }
  }

  void add(Caller caller, String digest, int jobs) {
    Share share = shares.computeIfAbsent(caller.id(), id -> new Share());
    share.weight = caller.weight();
    share.jobs.merge(digest, jobs, Integer::sum);
  }

  void remove(Caller caller, String digest, int jobs) {
    Share share = shares.get(caller.id());
    if (share != null) {
      share.jobs.computeIfPresent(digest, (key, has) -> has > jobs ? has - jobs : null);
      if (share.jobs.isEmpty()) {
        shares.remove(caller.id());
      }
    }
  }

  /**
   * The work that is done before the caller's next one has ended, that included, when devices are
   * shared by weight and first come is first served within a caller: while a caller gets through
   * its own work, each other one gets through as much by its weight, or all it has. So it never
   * exceeds all that is there, and for who has nothing in flight it hardly depends on who floods.
   *
   * @param caller null for somebody new
   * @param more work that is about to come
   */
  double until(@Nullable Caller caller, double more) {
    Share own = caller == null ? null : shares.get(caller.id());
    double weight = caller == null ? 1 : caller.weight();
    double ownWork = more + (own == null ? 0 : own.work(costs));
    double sum = ownWork;
    for (Share other : shares.values()) {
      if (other != own) {
        sum += Math.min(other.work(costs), ownWork * other.weight / weight);
      }
    }
    return sum;
  }

  /** All of it. */
  double total() {
    return shares.values().stream().mapToDouble(share -> share.work(costs)).sum();
  }

  /** How many jobs that is. */
  long jobs() {
    return shares.values().stream()
        .flatMap(share -> share.jobs.values().stream())
        .mapToLong(Integer::longValue)
        .sum();
  }
}
