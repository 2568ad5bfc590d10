package dev.penstock.router.api.exchange;

import dev.penstock.telemetry.Decimals;
import dev.penstock.telemetry.RequestRecord;
import dev.penstock.telemetry.TimingPart;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.stream.Collectors;

/** The headers of an answer, computed from its record. */
final class AnswerHeaders {
  /** What scripts of another origin may read: ours, then the rest of the reference server's. */
  static final String EXPOSED =
      String.join(
          ", ",
          "X-Processing-Time",
          "X-Queue-Time",
          "X-Execution-Time",
          "Server-Timing",
          "X-Request-ID",
          "X-Model-Id",
          "X-Model-Cold-Start",
          "X-Model-Cold-Start-Count",
          "X-Model-Load-Time",
          "X-Model-Load-Details",
          "X-Batch-Size",
          "X-Batch-Reason",
          "X-Worker-Id",
          "X-Worker-Device",
          "X-Attempt",
          "Retry-After",
          "X-Remote-Processing-Time",
          "X-Remote-Processing-Times",
          "X-Workflow-Id",
          "X-Workspace-Id",
          "X-Trace-Id",
          "execution_id",
          "traceparent",
          "tracestate");

  private static final int UNAUTHORIZED = 401;
  private static final int LONGEST_LOAD_DETAILS = 4096;

  private AnswerHeaders() {}

  static void addTo(MultiMap headers, RequestRecord request) {
    headers.set("X-Request-ID", request.call().requestId());
    headers.set("X-Processing-Time", Decimals.seconds(request.timings().total()));
    headers.set("X-Queue-Time", Decimals.seconds(request.timings().queue()));
    headers.set("X-Execution-Time", Decimals.seconds(request.timings().execution()));
    headers.set("Server-Timing", serverTiming(request));
    if (request.model() != null) {
      headers.set("X-Model-Id", request.model().requested());
    }
    addLoad(headers, request);
    addRun(headers, request);
    if (request.status() == UNAUTHORIZED) {
      headers.set("WWW-Authenticate", "Bearer");
    }
    if (request.retryAfterSeconds() > 0) {
      headers.set(HttpHeaders.RETRY_AFTER, Integer.toString(request.retryAfterSeconds()));
    }
  }

  private static String serverTiming(RequestRecord request) {
    return TimingPart.of(request.timings()).stream()
        .map(part -> part.name() + ";dur=" + Decimals.millis(part.nanos()))
        .collect(Collectors.joining(", "));
  }

  private static void addLoad(MultiMap headers, RequestRecord request) {
    boolean cold = request.load().cold();
    headers.set("X-Model-Cold-Start", Boolean.toString(cold));
    headers.set("X-Model-Cold-Start-Count", cold ? "1" : "0");
    if (!cold || request.model() == null || request.load().nanos() == 0) {
      return;
    }
    String seconds = Decimals.seconds(request.load().nanos());
    headers.set("X-Model-Load-Time", seconds);
    String details =
        new JsonArray()
            .add(
                new JsonObject()
                    .put("m", request.model().requested())
                    .put("t", new BigDecimal(seconds)))
            .encode();
    if (details.length() <= LONGEST_LOAD_DETAILS) {
      headers.set("X-Model-Load-Details", details);
    }
  }

  private static void addRun(MultiMap headers, RequestRecord request) {
    var run = request.run();
    if (run == null || run.attempt() == 0) {
      return;
    }
    headers.set("X-Attempt", Integer.toString(run.attempt()));
    if (!run.workerId().isEmpty()) {
      headers.set("X-Worker-Id", visible(run.workerId()));
      headers.set("X-Worker-Device", visible(run.workerDevice()));
    }
    if (run.batchSize() > 0) {
      headers.set("X-Batch-Size", Integer.toString(run.batchSize()));
      headers.set("X-Batch-Reason", run.batchReason().label());
    }
  }

  /** A worker's name may hold what a header must not. */
  private static String visible(String value) {
    return value.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
