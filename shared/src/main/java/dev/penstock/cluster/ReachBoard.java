package dev.penstock.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where every router says which workers it has a channel to, so that a worker that cannot reach a
 * router can tell whether the others can. Every method is a call over the network that blocks:
 * never on an event loop. Every method may throw what Hazelcast throws.
 */
public final class ReachBoard {
  private static final String NAME = "penstock.reach";

  private final HazelcastInstance hazelcast;

  public ReachBoard(HazelcastInstance hazelcast) {
    this.hazelcast = hazelcast;
  }

  /**
   * What one router says.
   *
   * @param beat grows with every word of it: one that stands still is gone, or cut off from those
   *     who read this
   * @param workers instances of the workers that it hears
   */
  public record Reached(long beat, Set<String> workers) {
    public Reached {
      workers = Set.copyOf(workers);
    }
  }

  /** Says what a router reaches now. */
  public void put(String incarnation, Reached reached) {
    board()
        .set(
            incarnation,
            new JsonObject()
                .put("beat", reached.beat())
                .put("workers", new JsonArray(List.copyOf(reached.workers())))
                .encode());
  }

  /** What the routers said last, by incarnation. */
  public Map<String, Reached> read() {
    var said = new HashMap<String, Reached>();
    board().entrySet().forEach(entry -> said.put(entry.getKey(), decode(entry.getValue())));
    return said;
  }

  /** Forgets the routers that are gone. */
  public void retain(Set<String> liveIncarnations) {
    List.copyOf(board().keySet()).stream()
        .filter(incarnation -> !liveIncarnations.contains(incarnation))
        .forEach(board()::delete);
  }

  private static Reached decode(String encoded) {
    var json = new JsonObject(encoded);
    var workers = new HashSet<String>();
    json.getJsonArray("workers", new JsonArray()).forEach(worker -> workers.add((String) worker));
    return new Reached(json.getLong("beat", 0L), workers);
  }

  private IMap<String, String> board() {
    return hazelcast.getMap(NAME);
  }
}
