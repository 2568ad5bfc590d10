package dev.penstock.router.internal;

import dev.penstock.job.wire.Claim;
import dev.penstock.job.wire.Frame;
import dev.penstock.router.dispatch.service.DispatchService;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** {@code POST /claims}: leases and payloads for descriptors that a worker took from a queue. */
final class ClaimHandler {
  private static final int MOST_BYTES = 1 << 20;

  private final DispatchService dispatch;

  ClaimHandler(DispatchService dispatch) {
    this.dispatch = dispatch;
  }

  void handle(HttpServerRequest request) {
    Bodies.read(
        request,
        MOST_BYTES,
        body ->
            dispatch
                .claim(Claim.fromJson(body.toJsonObject()))
                .onSuccess(granted -> answer(request, Claim.answer(granted))));
  }

  private static void answer(HttpServerRequest request, Frame answer) {
    HttpServerResponse response =
        request
            .response()
            .putHeader("Content-Type", "application/octet-stream")
            .putHeader("Content-Length", Integer.toString(answer.length()));
    answer.writeTo(response);
    response.end();
  }
}
