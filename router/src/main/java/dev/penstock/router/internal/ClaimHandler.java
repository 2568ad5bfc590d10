package dev.penstock.router.internal;

import dev.penstock.job.Claim;
import dev.penstock.router.dispatch.service.DispatchService;
import io.vertx.core.http.HttpServerRequest;

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
        body -> {
          var granted = dispatch.claim(Claim.fromJson(body.toJsonObject()));
          request
              .response()
              .putHeader("Content-Type", "application/octet-stream")
              .end(Claim.answer(granted).toBuffer());
        });
  }
}
