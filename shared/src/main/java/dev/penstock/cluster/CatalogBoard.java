package dev.penstock.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.penstock.cluster.ControlMessage.ModelRef;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where every router says which packages it serves, so that each can tell when another serves
 * something else under the same id. Every method is a call over the network that blocks: never on
 * an event loop. Every method may throw what Hazelcast throws.
 */
public final class CatalogBoard {
  private static final String NAME = "penstock.catalogs";

  private final HazelcastInstance hazelcast;

  public CatalogBoard(HazelcastInstance hazelcast) {
    this.hazelcast = hazelcast;
  }

  /** Says what a router serves now. */
  public void put(String incarnation, Collection<ModelRef> catalog) {
    var digests = new JsonObject();
    catalog.forEach(model -> digests.put(model.model(), model.digest()));
    board().set(incarnation, digests.encode());
  }

  /**
   * What the routers serve: digest by model id, by incarnation. Routers that are gone are
   * forgotten.
   *
   * @param liveIncarnations the routers there are
   */
  public Map<String, Map<String, String>> read(Set<String> liveIncarnations) {
    var catalogs = new HashMap<String, Map<String, String>>();
    board()
        .entrySet()
        .forEach(
            entry -> {
              if (liveIncarnations.contains(entry.getKey())) {
                catalogs.put(entry.getKey(), digests(entry.getValue()));
              }
            });
    List.copyOf(board().keySet()).stream()
        .filter(incarnation -> !liveIncarnations.contains(incarnation))
        .forEach(board()::delete);
    return catalogs;
  }

  private static Map<String, String> digests(String encoded) {
    var digests = new HashMap<String, String>();
    new JsonObject(encoded)
        .forEach(entry -> digests.put(entry.getKey(), (String) entry.getValue()));
    return digests;
  }

  private IMap<String, String> board() {
    return hazelcast.getMap(NAME);
  }
}
