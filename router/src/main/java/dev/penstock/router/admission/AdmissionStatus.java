package dev.penstock.router.admission;

import dev.penstock.router.admission.Refusal.Reason;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * How admission stands.
 *
 * @param bytes memory that payloads in flight and unread answers take
 * @param maxBytes most that payloads may take, and most that answers may
 * @param predictedWaitSeconds until all that is in flight has ended; 0 while nothing waits or
 *     nothing is known
 * @param refused requests refused since the start, by reason
 */
public record AdmissionStatus(
    long bytes, long maxBytes, double predictedWaitSeconds, Map<Reason, Long> refused) {
  public AdmissionStatus {
    refused = Map.copyOf(refused);
  }

  /** As {@code /status} shows it. */
  public JsonObject toJson() {
    var byReason = new JsonObject();
    for (Reason reason : Reason.values()) {
      byReason.put(reason.label(), refused.getOrDefault(reason, 0L));
    }
    return new JsonObject()
        .put("bytes", bytes)
        .put("maxBytes", maxBytes)
        .put("predictedWait", Math.round(predictedWaitSeconds * 1000) / 1000.0)
        .put("refused", byReason);
  }
}
