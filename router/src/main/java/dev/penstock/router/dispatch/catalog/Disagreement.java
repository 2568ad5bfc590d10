package dev.penstock.router.dispatch.catalog;

import dev.penstock.cluster.RouterAddress;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One model that routers serve from different files, or only some of them.
 *
 * @param digests by router, {@link #ABSENT} where it is not served
 */
record Disagreement(String modelId, Map<RouterAddress, String> digests) {
  static final String ABSENT = "";
  private static final int SHORT = 12;

  Disagreement {
    digests = Map.copyOf(digests);
  }

  /**
   * @param catalogs digest by model id, by incarnation
   * @param routers those there are, by incarnation
   */
  static List<Disagreement> among(
      Map<String, Map<String, String>> catalogs, Map<String, RouterAddress> routers) {
    var ids = new TreeSet<String>();
    catalogs.values().forEach(catalog -> ids.addAll(catalog.keySet()));
    var found = new ArrayList<Disagreement>();
    for (String id : ids) {
      var digests = new TreeMap<String, String>();
      catalogs.forEach(
          (incarnation, catalog) -> digests.put(incarnation, catalog.getOrDefault(id, ABSENT)));
      if (new HashSet<>(digests.values()).size() > 1) {
        found.add(
            new Disagreement(
                id,
                digests.entrySet().stream()
                    .filter(entry -> routers.containsKey(entry.getKey()))
                    .collect(
                        Collectors.toMap(
                            entry -> routers.get(entry.getKey()), Map.Entry::getValue))));
      }
    }
    return found;
  }

  JsonObject toJson() {
    var routers = new JsonArray();
    sorted()
        .forEach(
            entry ->
                routers.add(
                    new JsonObject()
                        .put("id", entry.getKey().id())
                        .put("digest", orNull(entry.getValue()))));
    return new JsonObject().put("model_id", modelId).put("routers", routers);
  }

  private static @Nullable String orNull(String digest) {
    return digest.isEmpty() ? null : digest;
  }

  private List<Map.Entry<RouterAddress, String>> sorted() {
    return digests.entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().id()))
        .toList();
  }

  /** One line for the log, with what to do. */
  @Override
  public String toString() {
    String each =
        sorted().stream()
            .map(
                entry ->
                    entry.getKey().id()
                        + " serves "
                        + (entry.getValue().isEmpty()
                            ? "none"
                            : entry.getValue().substring(0, SHORT)))
            .collect(Collectors.joining(", "));
    return "routers disagree on model %s: %s. Give them the same files (--models)."
        .formatted(modelId, each);
  }
}
