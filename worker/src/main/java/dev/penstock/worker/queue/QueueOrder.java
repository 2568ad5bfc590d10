package dev.penstock.worker.queue;

import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ResidentModel;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * In which order to look at the queues of the models at hand: those that have jobs as far as the
 * routers' gossip tells, the one first whose turn comes first, and of those the one whose oldest
 * job has waited longest; then the others, the one first that was found empty longest ago.
 * Thread-safe.
 */
public final class QueueOrder {
  private final Ticker ticker;

  /** Since when the oldest job has waited, by model, by router. */
  private final Map<String, Map<String, Long>> oldestSince = new HashMap<>();

  /** When a queue was found empty last, by model. */
  private final Map<String, Long> emptySince = new HashMap<>();

  public QueueOrder(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Takes what waits at one router. Ages are durations; they are counted on here from the moment
   * they were heard.
   */
  public synchronized void heard(String incarnation, List<Waiting> queues) {
    var since = new HashMap<String, Long>();
    queues.forEach(
        queue ->
            since.merge(queue.model().model(), ticker.nanos() - queue.oldestNanos(), Math::min));
    oldestSince.put(incarnation, since);
  }

  /** A job of that model has just been queued. */
  public synchronized void rung(String incarnation, String model) {
    oldestSince
        .computeIfAbsent(incarnation, key -> new HashMap<>())
        .putIfAbsent(model, ticker.nanos());
  }

  /** Its queue was found empty. */
  synchronized void empty(String model) {
    oldestSince.values().forEach(models -> models.remove(model));
    emptySince.put(model, ticker.nanos());
  }

  public synchronized void left(Collection<String> liveIncarnations) {
    oldestSince.keySet().retainAll(liveIncarnations);
  }

  /**
   * @param turn when the turn of a queue comes, by model; smallest first
   */
  synchronized List<ResidentModel> order(
      Collection<ResidentModel> models, ToLongFunction<String> turn) {
    return models.stream().map(model -> place(model, turn)).sorted().map(Place::model).toList();
  }

  private Place place(ResidentModel model, ToLongFunction<String> turn) {
    OptionalLong since =
        oldestSince.values().stream()
            .flatMap(waiting -> Stream.ofNullable(waiting.get(model.id())))
            .mapToLong(Long::longValue)
            .min();
    return since.isPresent()
        ? new Place(model, false, turn.applyAsLong(model.id()), since.getAsLong())
        : new Place(model, true, 0, emptySince.getOrDefault(model.id(), Long.MIN_VALUE));
  }

  /** Where a queue stands. */
  private record Place(ResidentModel model, boolean empty, long turn, long sinceNanos)
      implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::empty)
            .thenComparingLong(Place::turn)
            .thenComparingLong(Place::sinceNanos);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }
}
