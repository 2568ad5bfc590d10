package dev.penstock.router.dispatch.service;

import dev.penstock.job.JobDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Jobs that stand in a queue and are to be taken out. A thousand clients may hang up at once, and a
 * worker that finds their jobs finds nobody: so all that came while the last removal was on its way
 * go in one call. Thread-safe.
 */
final class Withdrawals {
  private final List<JobDescriptor> jobs = new ArrayList<>();

  /** Adds one; returns whether it is the first, so that a removal is due. */
  synchronized boolean add(JobDescriptor job) {
    jobs.add(job);
    return jobs.size() == 1;
  }

  synchronized boolean isEmpty() {
    return jobs.isEmpty();
  }

  /**
   * Takes out what there is, by model; what could not be taken out stays here.
   *
   * @param remove takes the jobs of a model out of its queue; blocks
   */
  void remove(BiConsumer<String, List<JobDescriptor>> remove) {
    var byModel = new HashMap<>(take());
    try {
      for (String model : List.copyOf(byModel.keySet())) {
        remove.accept(model, byModel.getOrDefault(model, List.of()));
        byModel.remove(model);
      }
    } finally {
      putBack(byModel);
    }
  }

  private synchronized Map<String, List<JobDescriptor>> take() {
    Map<String, List<JobDescriptor>> byModel =
        jobs.stream().collect(Collectors.groupingBy(JobDescriptor::model));
    jobs.clear();
    return byModel;
  }

  private synchronized void putBack(Map<String, List<JobDescriptor>> byModel) {
    byModel.values().forEach(jobs::addAll);
  }
}
