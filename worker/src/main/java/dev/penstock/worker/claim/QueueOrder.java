package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ResidentModel;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * In which order to look into the queues of the models at hand: the one whose oldest job has waited
 * longest first, as far as the routers' gossip tells. A queue nobody spoke of is looked into last.
 * Thread-safe.
 */
final class QueueOrder {
  private final Ticker ticker;
  private final Map<String, Map<String, Long>> oldestSince = new HashMap<>();

  QueueOrder(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Takes what waits at one router. Ages are durations; they are counted on here from the moment
   * they were heard.
   */
  synchronized void heard(String incarnation, List<Waiting> queues) {
    var since = new HashMap<String, Long>();
    queues.forEach(
        queue ->
            since.merge(queue.model().model(), ticker.nanos() - queue.oldestNanos(), Math::min));
    oldestSince.put(incarnation, since);
  }

  /** A job of that model has just been queued. */
  synchronized void rung(String incarnation, String model) {
    oldestSince
        .computeIfAbsent(incarnation, key -> new HashMap<>())
        .putIfAbsent(model, ticker.nanos());
  }

  /** Its queue was found empty. */
  synchronized void empty(String model) {
    oldestSince.values().forEach(models -> models.remove(model));
  }

  synchronized void left(Collection<String> liveIncarnations) {
    oldestSince.keySet().retainAll(liveIncarnations);
  }

  synchronized List<ResidentModel> order(Collection<ResidentModel> models) {
    return models.stream().sorted(Comparator.comparingLong(model -> since(model.id()))).toList();
  }

  private long since(String model) {
    return oldestSince.values().stream()
        .mapToLong(models -> models.getOrDefault(model, Long.MAX_VALUE))
        .min()
        .orElse(Long.MAX_VALUE);
  }
}
