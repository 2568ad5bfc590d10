package dev.penstock.router.dispatch.fair;

import dev.penstock.router.admission.Priority;
import dev.penstock.router.dispatch.OrderTag;
import java.util.Map;
import java.util.TreeMap;

/** What one caller sends at one priority for one model. Guarded by {@link FairTags}. */
final class Flow {
  final String caller;
  final Priority priority;
  final String model;

  /** Finish tags of its jobs that nobody has claimed, by their start tags. */
  private final TreeMap<Long, Long> waiting = new TreeMap<>();

  /** The largest finish tag of a job that was claimed. */
  private long served;

  Flow(String caller, Priority priority, String model) {
    this.caller = caller;
    this.priority = priority;
    this.model = model;
  }

  /**
   * Where its next job starts at the earliest: behind whatever of it waits or was served. What left
   * without having been served is not charged, unless something waits behind it.
   */
  long finish() {
    Map.Entry<Long, Long> last = waiting.lastEntry();
    return last == null ? served : Math.max(served, last.getValue());
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  void add(OrderTag tag) {
    waiting.put(tag.start(), tag.finish());
  }

  void claimed(OrderTag tag) {
    waiting.remove(tag.start());
    served = Math.max(served, tag.finish());
  }

  void withdrawn(OrderTag tag) {
    waiting.remove(tag.start());
  }
}
