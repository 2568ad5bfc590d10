package dev.penstock.router.api.exchange;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads whole bodies up to a limit.
 *
 * <p>A body over the limit is answered 413 at once. What still comes of it is read and dropped:
 * clients that send everything before they read would otherwise be reset and never see the answer.
 * That too is bounded; beyond the bound, and when a body stalls, the connection is closed.
 *
 * @param maxBytes largest body
 * @param patience how long a body may take from its first byte to its last
 */
public record BodyReader(long maxBytes, Duration patience) {
  /** How much of a refused body is dropped before its connection is closed, in limits. */
  private static final int DROPPED_LIMITS = 4;

  private static final int SMALLEST_BUFFER = 8 * 1024;

  /** A declared length costs its sender nothing, so it is not believed beyond this. */
  private static final int LARGEST_FIRST_BUFFER = 1024 * 1024;

  /**
   * The body. Fails with the exception to answer with. Call it before anything asynchronous
   * happens, or bytes are lost.
   */
  public Future<byte[]> read(Exchange exchange) {
    HttpServerRequest request = exchange.request();
    long declared = declaredLength(request);
    if (exchange.bodyIsWithheld()) {
      if (declared > maxBytes) {
        return Future.failedFuture(tooLarge());
      }
      exchange.askForBody();
    }
    var reading = new Reading(exchange, declared);
    reading.start();
    return reading.promise.future();
  }

  /**
   * Drops the body of a request that is answered without it, as one over the limit. Call it before
   * the answer.
   */
  public void drop(Exchange exchange) {
    if (!exchange.bodyIsWithheld()) {
      new Reading(exchange, Long.MAX_VALUE).start();
    }
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? -1 : Long.parseLong(length.trim());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static int firstBuffer(long declared) {
    return (int) Math.min(declared < 0 ? SMALLEST_BUFFER : declared, LARGEST_FIRST_BUFFER);
  }

  private ApiException tooLarge() {
    return ApiException.message(
        413,
        "The request body is larger than the limit of "
            + maxBytes
            + " bytes. Send a smaller or more strongly compressed image, or fewer images.");
  }

  private static ApiException tooSlow(Duration patience) {
    return ApiException.message(
        408,
        "The request body was not complete after "
            + patience.toSeconds()
            + " s. Send it faster or make it smaller.");
  }

  /** One body on its way in. */
  private final class Reading {
    private final Exchange exchange;
    private final HttpServerRequest request;
    private final Promise<byte[]> promise = Promise.promise();
    private final long timer;
    private byte @Nullable [] body;
    private long seen;

    Reading(Exchange exchange, long declared) {
      this.exchange = exchange;
      this.request = exchange.request();
      this.body = declared > maxBytes ? null : new byte[firstBuffer(declared)];
      this.timer =
          exchange
              .context()
              .owner()
              .setTimer(
                  patience.toMillis(),
                  fired -> {
                    exchange.closeAfterwards();
                    fail(tooSlow(patience));
                  });
    }

    void start() {
      request.exceptionHandler(broken -> fail(new ClientGoneException()));
      request.handler(this::add);
      request.endHandler(ended -> end());
      if (body == null) {
        refuse();
      }
    }

    private void add(Buffer chunk) {
      seen += chunk.length();
      if (body == null) {
        if (seen > maxBytes * DROPPED_LIMITS) {
          exchange.hangUp();
        }
      } else if (seen > maxBytes) {
        refuse();
      } else {
        int end = (int) seen;
        if (end > body.length) {
          body = Arrays.copyOf(body, (int) Math.min(maxBytes, Math.max(end, 2L * body.length)));
        }
        chunk.getBytes(body, end - chunk.length());
      }
    }

    private void refuse() {
      body = null;
      promise.tryFail(tooLarge());
    }

    private void end() {
      cancelTimer();
      if (body != null && !exchange.over()) {
        exchange.received();
        promise.tryComplete(seen == body.length ? body : Arrays.copyOf(body, (int) seen));
      }
    }

    private void fail(RuntimeException error) {
      cancelTimer();
      body = null;
      if (!promise.tryFail(error)) {
        exchange.hangUp();
      }
    }

    private void cancelTimer() {
      exchange.context().owner().cancelTimer(timer);
    }
  }
}
