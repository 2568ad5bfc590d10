package dev.penstock.cluster;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * How far each job queue is: the largest start tag that was claimed from it, in microseconds of
 * virtual time. Routers and workers tell each other; each keeps the largest it heard, so that it
 * outlives any one process. Thread-safe.
 */
public final class VirtualTimes {
  /**
   * Beyond this nobody gets in the life of a machine (146,000 years of one device), so what says so
   * is wrong, and following it would leave no numbers for the tags to come.
   */
  public static final long LARGEST = 1L << 62;

  private final Map<String, Long> reached = new ConcurrentHashMap<>();

  /** Where a queue is; 0 when nothing of it was claimed yet, as far as is known. */
  public long at(String model) {
    return reached.getOrDefault(model, 0L);
  }

  /** A queue is at least so far. What lies behind, or cannot be, is passed over. */
  public void reached(String model, long virtualTime) {
    if (virtualTime > 0 && virtualTime <= LARGEST) {
      reached.merge(model, virtualTime, Math::max);
    }
  }

  /** All that is known. */
  public Map<String, Long> all() {
    return Map.copyOf(reached);
  }

  /** What is known of some queues. */
  public Map<String, Long> of(Collection<String> models) {
    return models.stream()
        .filter(reached::containsKey)
        .distinct()
        .collect(Collectors.toMap(model -> model, this::at));
  }
}
