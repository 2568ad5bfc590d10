package dev.penstock.telemetry;

import dev.penstock.job.timing.Timings;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** The line of one request, as text or JSON. Both have the same members. */
final class AccessLine {
  private AccessLine() {}

  static String text(RequestRecord request) {
    var line = new StringBuilder(256);
    members(request)
        .forEach(
            (name, value) -> {
              if (line.length() > 0) {
                line.append(' ');
              }
              line.append(name).append('=').append(printable(value.toString()));
            });
    return line.toString();
  }

  static String json(RequestRecord request) {
    return new JsonObject(members(request)).encode();
  }

  private static Map<String, Object> members(RequestRecord request) {
    var members = new LinkedHashMap<String, Object>();
    members.put("at", request.at().toString());
    members.put("id", request.call().requestId());
    members.put("method", request.call().method());
    members.put("path", request.call().path());
    members.put("status", request.status());
    if (!request.call().caller().isEmpty()) {
      members.put("caller", request.call().caller());
    }
    if (request.model() != null) {
      members.put("model", request.model().requested());
    }
    var run = request.run();
    if (run != null) {
      members.put("attempt", run.attempt());
      if (!run.workerId().isEmpty()) {
        members.put("worker", run.workerId());
        members.put("device", run.workerDevice());
      }
      if (run.batchSize() > 0) {
        members.put("batch", run.batchSize());
        members.put("batch_reason", run.batchReason().label());
      }
    }
    if (request.load().cold()) {
      members.put("cold_start", true);
      members.put("load_ms", millis(request.load().nanos()));
    }
    if (request.retryAfterSeconds() > 0) {
      members.put("retry_after", request.retryAfterSeconds());
    }
    Timings timings = request.timings();
    for (TimingPart part : TimingPart.of(timings)) {
      members.put(part.name() + "_ms", millis(part.nanos()));
    }
    members.put("unaccounted_ms", millis(timings.unaccounted()));
    return members;
  }

  private static BigDecimal millis(long nanos) {
    return new BigDecimal(Decimals.millis(nanos));
  }

  /** One line stays one line, whatever a client sent: blanks and what is not ASCII are escaped. */
  private static String printable(String value) {
    if (value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      return value;
    }
    var safe = new StringBuilder(value.length() + 16);
    value
        .chars()
        .forEach(
            c -> {
              if (c > ' ' && c < 0x7f) {
                safe.append((char) c);
              } else {
                safe.append(String.format("\\u%04x", c));
              }
            });
    return safe.toString();
  }
}
