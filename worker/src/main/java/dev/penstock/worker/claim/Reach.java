package dev.penstock.worker.claim;

import dev.penstock.cluster.ReachBoard.Reached;
import dev.penstock.telemetry.Ticker;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides what it means that this worker does not reach a router. Jobs of all routers stand in the
 * same queues, so such a worker takes jobs that it cannot get, over and over, from those who could.
 *
 * <p><b>It yields when at least half of the workers reach every router and it is not one of
 * them.</b> Else it goes on: a router that nobody reaches admits nothing, one that hardly anybody
 * reaches is the odd one itself, and when workers and routers fall into two halves each half is to
 * serve its own. What routers reach they say on a board ({@link Reached}). A router whose word does
 * not change hangs, or is behind the same cut as the router itself: it does not count, and leaves
 * the cluster soon.
 *
 * <p>Used by one thread at a time, which may be kept waiting: the board is read over the network.
 */
final class Reach {
  private static final System.Logger LOG = System.getLogger(Reach.class.getName());

  /** A channel that broke is opened again within this. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** A router says something every second. */
  static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String instance;
  private final Supplier<Map<String, Door>> doors;
  private final Supplier<Map<String, Reached>> board;
  private final Ticker ticker;

  /** Since when a router has not been reached, by its incarnation. */
  private final Map<String, Long> cutSince = new HashMap<>();

  private final Map<String, Pulse> pulses = new HashMap<>();
  private @Nullable Long lookedNanos;
  private @Nullable String obstacle;

  /**
   * A router as this worker finds it.
   *
   * @param name what it is called, and where
   * @param open whether its internal listener is reached
   */
  record Door(String name, boolean open) {}

  /** When a router said something new. */
  private record Pulse(long beat, @Nullable Long changedNanos) {}

  /**
   * @param instance of this worker
   * @param doors the routers there are, by incarnation
   * @param board what routers say they reach, by incarnation; blocks, and may throw
   */
  Reach(
      String instance,
      Supplier<Map<String, Door>> doors,
      Supplier<Map<String, Reached>> board,
      Ticker ticker) {
    this.instance = instance;
    this.doors = doors;
    this.board = board;
    this.ticker = ticker;
  }

  /** Why this worker must not take jobs, or null. Looks once a second at most. */
  @Nullable String obstacle() {
    Map<String, Door> routers = doors.get();
    long now = ticker.nanos();
    cutSince.keySet().retainAll(routers.keySet());
    routers.forEach(
        (incarnation, door) -> {
          if (door.open()) {
            cutSince.remove(incarnation);
          } else {
            cutSince.putIfAbsent(incarnation, now);
          }
        });
    Set<String> cut =
        cutSince.entrySet().stream()
            .filter(since -> now - since.getValue() >= PATIENCE_NANOS)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    if (cut.isEmpty()) {
      obstacle = null;
      pulses.clear();
    } else if (lookedNanos == null || now - lookedNanos >= LOOK_NANOS) {
      lookedNanos = now;
      look(cut, routers, now);
    }
    return obstacle;
  }

  private void look(Set<String> cut, Map<String, Door> routers, long now) {
    Map<String, Reached> said;
    try {
      said = board.get();
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "What routers reach cannot be read; trying on: {0}", e);
      return; // as before: who cannot read this can hardly take jobs either
    }
    said.forEach(
        (incarnation, word) ->
            pulses.merge(
                incarnation,
                pulse(word),
                (old, latest) ->
                    old.beat() == latest.beat() ? old : new Pulse(latest.beat(), now)));
    List<String> cutAlive =
        routers.entrySet().stream()
            .filter(router -> cut.contains(router.getKey()) && isAlive(router.getKey(), now))
            .map(router -> router.getValue().name())
            .sorted()
            .toList();
    boolean yields = !cutAlive.isEmpty() && othersReachAll(said, routers.keySet(), now);
    obstacle =
        yields
            ? "it does not reach router %s, which other workers reach"
                .formatted(String.join(", ", cutAlive))
            : null;
  }

  private static Pulse pulse(Reached word) {
    return new Pulse(word.beat(), null);
  }

  private boolean isAlive(String incarnation, long now) {
    Pulse pulse = pulses.get(incarnation);
    return pulse != null
        && pulse.changedNanos() != null
        && now - pulse.changedNanos() <= ALIVE_NANOS;
  }

  private boolean othersReachAll(Map<String, Reached> said, Set<String> routers, long now) {
    var all = new HashSet<String>();
    all.add(instance);
    var everywhere = new HashSet<String>();
    boolean first = true;
    for (Map.Entry<String, Reached> word : said.entrySet()) {
      if (routers.contains(word.getKey()) && isAlive(word.getKey(), now)) {
        Set<String> workers = word.getValue().workers();
        all.addAll(workers);
        if (first) {
          everywhere.addAll(workers);
        } else {
          everywhere.retainAll(workers);
        }
        first = false;
      }
    }
    everywhere.remove(instance);
    return 2 * everywhere.size() >= all.size();
  }
}
