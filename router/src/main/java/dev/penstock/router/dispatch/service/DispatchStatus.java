package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.cluster.Membership;
import dev.penstock.cluster.RouterAddress;
import dev.penstock.router.dispatch.catalog.PeerCatalogs;
import dev.penstock.router.dispatch.inflight.InFlightTable;
import dev.penstock.router.dispatch.workers.WorkerRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;

/** What {@code /status} shows of routers, workers, queues and jobs. */
final class DispatchStatus {
  private final String incarnation;
  private final Membership membership;
  private final WorkerRegistry workers;
  private final InFlightTable table;
  private final Admissions admissions;
  private final PeerCatalogs peers;

  DispatchStatus(
      String incarnation,
      Membership membership,
      WorkerRegistry workers,
      InFlightTable table,
      Admissions admissions,
      PeerCatalogs peers) {
    this.incarnation = incarnation;
    this.membership = membership;
    this.workers = workers;
    this.table = table;
    this.admissions = admissions;
    this.peers = peers;
  }

  JsonObject toJson() {
    var routers = new JsonArray();
    membership.routers().values().forEach(router -> routers.add(json(router)));
    var queues = new JsonArray();
    table.backlog().forEach(queue -> queues.add(json(queue)));
    return new JsonObject()
        .put("routers", routers)
        .put("workers", workers.status())
        .put("queues", queues)
        .put("jobs", table.counters().toJson())
        .put("admission", admissions.status().toJson())
        .put("disagreements", peers.status());
  }

  private JsonObject json(RouterAddress router) {
    return new JsonObject()
        .put("id", router.id())
        .put("incarnation", router.incarnation())
        .put("internal", router.internal().toString())
        .put("self", router.incarnation().equals(incarnation));
  }

  /** The age in seconds, as all times that users see. */
  private static JsonObject json(Waiting queue) {
    return new JsonObject()
        .put("model", queue.model().model())
        .put("digest", queue.model().digest())
        .put("jobs", queue.jobs())
        .put("oldest", TimeUnit.NANOSECONDS.toMillis(queue.oldestNanos()) / 1000.0);
  }
}
