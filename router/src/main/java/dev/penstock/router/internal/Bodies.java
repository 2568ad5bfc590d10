package dev.penstock.router.internal;

import dev.penstock.config.PlainWords;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;

/** Reads the bodies that workers send. */
final class Bodies {
  private static final System.Logger LOG = System.getLogger(Bodies.class.getName());

  private Bodies() {}

  /**
   * Collects a body and hands it on; answers 413 beyond the bound, 400 when the handler cannot read
   * it, and 500 when it fails in any other way.
   *
   * @param mostBytes bound of the body
   */
  static void read(HttpServerRequest request, int mostBytes, Handler<Buffer> handler) {
    Buffer body = Buffer.buffer();
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() <= mostBytes) {
            body.appendBuffer(chunk);
          } else if (!request.response().ended()) {
            fail(request, 413, "a body of more than " + mostBytes + " bytes");
          }
        });
    request.endHandler(
        end -> {
          if (!request.response().ended()) {
            handle(request, body, handler);
          }
        });
    // A worker that goes away in the middle of its body is noticed by its control channel.
    request.exceptionHandler(
        gone -> LOG.log(Level.DEBUG, "{0} broke off: {1}", request.path(), gone));
  }

  private static void handle(HttpServerRequest request, Buffer body, Handler<Buffer> handler) {
    try {
      handler.handle(body);
    } catch (IllegalArgumentException | ClassCastException | DecodeException e) {
      fail(request, 400, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // INVARIANT: every call is answered or broken off, or its worker would wait for it in vain.
      LOG.log(Level.ERROR, request.method() + " " + request.path() + " failed.", e);
      if (request.response().headWritten()) {
        request.connection().close();
      } else {
        fail(request, 500, "The router failed: " + PlainWords.of(e) + ". Its log says more.");
      }
    }
  }

  static void fail(HttpServerRequest request, int status, String message) {
    LOG.log(
        Level.WARNING,
        "{0} {1} from {2}: {3}",
        request.method(),
        request.path(),
        request.remoteAddress(),
        message);
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(new JsonObject().put("message", message).toBuffer());
  }
}
