package dev.penstock.router.api.exchange;

import dev.penstock.vertx.VertxInternals;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;

/**
 * Ends that look different in HTTP/1.1, where a connection has one request at a time, and in
 * HTTP/2, where the other requests of a connection must not suffer.
 */
final class Wire {
  /** RFC 9113, section 7: nothing is wrong, the rest of the request is just not wanted. */
  private static final long NO_ERROR = 0;

  private static final long CANCEL = 8;

  /** For what else is under way on a connection of a router that leaves. */
  private static final Duration FAREWELL = Duration.ofSeconds(60);

  private Wire() {}

  /**
   * Whether it is clear where the body ends. What has a length and is chunked as well, the parser
   * refuses; an encoding that it does not know, it takes for none, and of several it looks for
   * {@code chunked} only. Another one in front of it may see that otherwise (RFC 9112, section
   * 6.1).
   */
  static boolean isFramed(HttpServerRequest request) {
    List<String> encodings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
    return encodings.isEmpty()
        || (encodings.size() == 1 && encodings.get(0).equalsIgnoreCase("chunked"));
  }

  /** Breaks a request off without an answer, or without the rest of its body. */
  static void hangUp(HttpServerRequest request) {
    if (isHttp2(request)) {
      // A stream that is over already cannot fail in a way that matters.
      var unused = request.response().reset(CANCEL);
    } else {
      request.connection().close();
    }
  }

  /**
   * Ends a request whose client does not take its answer: on HTTP/2 alone, unless the client takes
   * nothing of the whole connection.
   */
  static void cut(HttpServerRequest request) {
    if (isHttp2(request) && VertxInternals.takes(request.connection())) {
      var unused = request.response().reset(CANCEL);
    } else {
      VertxInternals.cut(request.connection());
    }
  }

  /**
   * Announces, before an answer is written, what {@link #finish} will do.
   *
   * @param atOnce whether nothing more is read; else the rest of the request is, though not for
   *     ever: a client that meets a closed connection while it sends would not see the answer
   */
  static void announce(HttpServerRequest request, boolean atOnce) {
    if (!isHttp2(request)) {
      request.response().headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      if (!atOnce) {
        var unused = request.connection().shutdown(FAREWELL);
      }
    }
  }

  /**
   * After an answer.
   *
   * @param written when the answer is
   * @param atOnce as it was announced
   * @param leaving whether the router is, so that the whole connection is to end
   */
  static void finish(
      HttpServerRequest request, Future<Void> written, boolean atOnce, boolean leaving) {
    if (!isHttp2(request)) {
      if (atOnce) {
        written.onComplete(done -> request.connection().close());
      }
      return;
    }
    written.onComplete(
        done -> {
          if (!request.isEnded()) {
            var unused = request.response().reset(NO_ERROR);
          }
          if (leaving) {
            var unused = request.connection().shutdown(FAREWELL);
          }
        });
  }

  private static boolean isHttp2(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2;
  }
}
