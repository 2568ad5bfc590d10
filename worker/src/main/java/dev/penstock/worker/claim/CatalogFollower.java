package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.shelf.ModelShelf;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Keeps the models in memory in step with what the routers serve: the successor of a package that
 * was replaced is loaded at once, and what no router serves any more is forgotten. Routers go on
 * naming a package while jobs need it.
 */
final class CatalogFollower {
  private final RouterLinks links;
  private final ModelShelf shelf;

  CatalogFollower(RouterLinks links, ModelShelf shelf) {
    this.links = links;
    this.shelf = shelf;
  }

  /** Called whenever a router has said what it serves. */
  void follow() {
    if (!links.complete()) {
      return; // a router that cannot be reached now may serve any of them
    }
    List<List<ModelRef>> catalogs = links.catalogs();
    var served = new HashSet<String>();
    catalogs.forEach(catalog -> catalog.forEach(model -> served.add(model.digest())));
    for (ResidentModel resident : List.copyOf(shelf.residents())) {
      catalogs.forEach(catalog -> loadSuccessor(resident, catalog));
      if (!served.contains(resident.digest())) {
        shelf.drop(resident.digest());
      }
    }
  }

  private void loadSuccessor(ResidentModel resident, List<ModelRef> catalog) {
    Map<String, ModelRef> current = new HashMap<>();
    catalog.forEach(model -> current.putIfAbsent(model.model(), model));
    ModelRef successor = current.get(resident.id());
    if (successor != null && !successor.digest().equals(resident.digest())) {
      // The shelf's listener hears of the end, good or bad.
      var unused = shelf.request(successor).exceptionally(failed -> null);
    }
  }
}
