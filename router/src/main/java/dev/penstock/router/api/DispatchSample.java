package dev.penstock.router.api;

import dev.penstock.router.dispatch.Dispatcher;
import dev.penstock.telemetry.DispatchMetrics;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/** Reads the dispatcher's status for the metrics, so that both show the same numbers. */
final class DispatchSample {
  private DispatchSample() {}

  static DispatchMetrics.Sample of(Dispatcher dispatcher) {
    JsonObject status = dispatcher.status();
    JsonObject jobs = status.getJsonObject("jobs", new JsonObject());
    return new DispatchMetrics.Sample(
        dispatcher.inFlight(),
        jobs.getLong("admitted", 0L),
        jobs.getLong("answered", 0L),
        jobs.getLong("reoffered", 0L),
        jobs.getLong("late", 0L),
        waiting(status.getJsonArray("queues", new JsonArray())),
        door(status.getJsonObject("admission", new JsonObject())));
  }

  private static DispatchMetrics.Door door(JsonObject admission) {
    var refused = new HashMap<String, Long>();
    JsonObject byReason = admission.getJsonObject("refused", new JsonObject());
    byReason.fieldNames().forEach(reason -> refused.put(reason, byReason.getLong(reason)));
    return new DispatchMetrics.Door(
        admission.getLong("bytes", 0L),
        admission.getLong("maxBytes", 0L),
        admission.getDouble("predictedWait", 0.0),
        refused);
  }

  /** Two packages may serve one id while a model is replaced. */
  private static Map<String, Integer> waiting(JsonArray queues) {
    var waiting = new HashMap<String, Integer>();
    for (int i = 0; i < queues.size(); i++) {
      JsonObject queue = queues.getJsonObject(i);
      waiting.merge(queue.getString("model"), queue.getInteger("jobs", 0), Integer::sum);
    }
    return waiting;
  }
}
