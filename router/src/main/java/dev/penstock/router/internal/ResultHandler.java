package dev.penstock.router.internal;

import dev.penstock.job.wire.Frame;
import dev.penstock.job.wire.ResultCodec;
import dev.penstock.router.dispatch.service.DispatchService;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * {@code POST /results}: results of attempts, acknowledged one by one. Posting them again is
 * harmless.
 */
final class ResultHandler {
  /** A batch of answers with pictures; far above what workers send. */
  private static final int MOST_BYTES = 256 << 20;

  private final DispatchService dispatch;

  ResultHandler(DispatchService dispatch) {
    this.dispatch = dispatch;
  }

  void handle(HttpServerRequest request) {
    Bodies.read(
        request,
        MOST_BYTES,
        body -> {
          var acks = dispatch.complete(ResultCodec.decode(Frame.parse(body)));
          request
              .response()
              .putHeader("Content-Type", "application/json")
              .end(new JsonObject().put("results", new JsonArray(acks)).toBuffer());
        });
  }
}
