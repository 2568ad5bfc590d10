package dev.penstock.worker.queue;

import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.cluster.VirtualTimes;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.JobOutcome;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How far the queues are and what their jobs cost, as this worker saw or heard it: it carries that
 * from router to router. Thread-safe.
 */
public final class QueueProgress {
  private final VirtualTimes virtualTimes = new VirtualTimes();
  private final Map<String, Long> jobNanos = new ConcurrentHashMap<>();

  /** A job of a queue was taken. */
  void taken(String model, long tag) {
    virtualTimes.reached(model, tag);
  }

  /** A router says how far queues are. */
  public void heard(Map<String, Long> queues) {
    queues.forEach(virtualTimes::reached);
  }

  /** A router says what waits, and how far these queues are. */
  public void heard(Collection<Waiting> queues) {
    queues.forEach(queue -> virtualTimes.reached(queue.model().model(), queue.virtualTime()));
  }

  /** Learns what a job of a model costs. Recent ones weigh more (weight 1/8). */
  public void ran(String model, AttemptResult result) {
    if (result.outcome() instanceof JobOutcome.Done && result.batchSize() > 0) {
      long nanos = result.timings().cost(result.batchSize());
      jobNanos.merge(model, nanos, (mean, latest) -> mean + (latest - mean) / 8);
    }
  }

  /** Of all queues that something is known of. */
  public List<Progress> all() {
    Set<String> models = new HashSet<>(virtualTimes.all().keySet());
    models.addAll(jobNanos.keySet());
    return models.stream().map(this::of).toList();
  }

  /** Of some queues. */
  public List<Progress> of(Collection<String> models) {
    return models.stream()
        .distinct()
        .map(this::of)
        .filter(queue -> queue.virtualTime() > 0 || queue.jobNanos() > 0)
        .toList();
  }

  private Progress of(String model) {
    return new Progress(model, virtualTimes.at(model), jobNanos.getOrDefault(model, 0L));
  }
}
