package dev.penstock.router.api.exchange;

import dev.penstock.router.admission.Refusal;
import dev.penstock.router.admission.RequestTimeouts;
import io.netty.handler.codec.CodecException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads whole bodies up to a limit, within the time of the request and the memory there is.
 *
 * <p>A body that is refused is answered at once. What still comes of it is read and dropped:
 * clients that send everything before they read would otherwise be reset and never see the answer,
 * and the connection can be used again. That too is bounded; beyond the bound, and when a body
 * stalls, the connection is closed.
 *
 * <p>Memory is reserved before it is used: the declared length at the head, else as the body grows.
 *
 * @param maxBytes largest body
 */
public record BodyReader(long maxBytes) {
  /** How much of a refused body is dropped before its connection is closed, in limits. */
  private static final int DROPPED_LIMITS = 4;

  private static final int SMALLEST_BUFFER = 8 * 1024;

  /** A declared length costs its sender nothing: so much has to come before it is believed. */
  private static final int LARGEST_FIRST_BUFFER = 1024 * 1024;

  /**
   * The body. Fails with the exception to answer with. Call it, or {@link #drop}, before anything
   * asynchronous happens, or bytes are lost.
   */
  public Future<byte[]> read(Exchange exchange) {
    if (isTooLarge(exchange)) {
      return refuse(exchange, tooLarge());
    }
    long declared = declaredLength(exchange.request());
    Optional<Refusal> refusal = exchange.payload().grow(declared < 0 ? SMALLEST_BUFFER : declared);
    if (refusal.isPresent()) {
      return refuse(exchange, ApiException.refused(refusal.get()));
    }
    if (exchange.bodyIsWithheld()) {
      exchange.askForBody();
    }
    Promise<byte[]> promise = Promise.promise();
    new Reading(exchange, promise, (int) declared).start();
    return promise.future();
  }

  /** Whether the body is over the limit by what its head says. */
  public boolean isTooLarge(Exchange exchange) {
    return declaredLength(exchange.request()) > maxBytes;
  }

  /** Does not read the body: drops it and fails with that. */
  public Future<byte[]> refuse(Exchange exchange, ApiException refusal) {
    drop(exchange);
    return Future.failedFuture(refusal);
  }

  /**
   * Drops the body of a request that is answered without it, as one over the limit. Call it before
   * the answer.
   */
  public void drop(Exchange exchange) {
    if (!exchange.bodyIsWithheld()) {
      new Reading(exchange).start();
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

  private ApiException tooLarge() {
    return ApiException.message(
        413,
        "The request body is larger than the limit of "
            + maxBytes
            + " bytes. Send a smaller or more strongly compressed image, or fewer images.");
  }

  private static ApiException malformed() {
    return ApiException.message(
        400,
        "The request body is not chunked as its head says. Check the sizes and the ends of the"
            + " chunks, or send the length of the body instead.");
  }

  private static ApiException tooSlow(Exchange exchange) {
    return ApiException.message(
        408,
        "The request body was not complete after "
            + RequestTimeouts.seconds(exchange.deadline().timeout())
            + " s. Send it faster, make it smaller, or allow more time with the header "
            + RequestTimeouts.HEADER
            + ".");
  }

  /** One body on its way in, or what still comes of a refused one. */
  private final class Reading {
    private final Exchange exchange;
    private final HttpServerRequest request;
    private final int declared;
    private final long timer;

    /** Null when the body is dropped, or was handed on: the request outlives it. */
    private byte @Nullable [] body;

    private @Nullable Promise<byte[]> promise;
    private long seen;

    /** Drops it. */
    Reading(Exchange exchange) {
      this(exchange, null, 0);
    }

    /**
     * @param declared its length, below 0 when that is not known
     */
    Reading(Exchange exchange, @Nullable Promise<byte[]> promise, int declared) {
      this.exchange = exchange;
      this.request = exchange.request();
      this.promise = promise;
      this.declared = declared;
      this.body =
          promise == null
              ? null
              : new byte[declared < 0 ? SMALLEST_BUFFER : Math.min(declared, LARGEST_FIRST_BUFFER)];
      this.timer = exchange.deadline().timer(this::late);
    }

    void start() {
      request.exceptionHandler(this::broken);
      request.handler(this::add);
      request.endHandler(ended -> end());
    }

    private void add(Buffer chunk) {
      seen += chunk.length();
      if (body == null) {
        if (seen > maxBytes * DROPPED_LIMITS) {
          exchange.hangUp();
        }
      } else if (seen > maxBytes) {
        settle(tooLarge());
      } else if (seen <= body.length || enlarge()) {
        chunk.getBytes(body, (int) seen - chunk.length());
      }
    }

    /** Makes room for what was seen; false when there is no memory for it. */
    private boolean enlarge() {
      byte[] full = Objects.requireNonNull(body);
      int length = declared;
      if (declared < 0) {
        length = (int) Math.min(maxBytes, Math.max(seen, 2L * full.length));
        Optional<Refusal> refusal = exchange.payload().grow(length - full.length);
        if (refusal.isPresent()) {
          settle(ApiException.refused(refusal.get()));
          return false;
        }
      }
      body = Arrays.copyOf(full, length);
      return true;
    }

    private void end() {
      cancelTimer();
      byte[] whole = body;
      Promise<byte[]> reader = promise;
      body = null;
      promise = null;
      if (whole != null && reader != null && !exchange.over()) {
        exchange.received();
        reader.tryComplete(seen == whole.length ? whole : Arrays.copyOf(whole, (int) seen));
      }
    }

    /** The connection is closed when this returns; what is written here is sent before. */
    private void broken(Throwable how) {
      if (how instanceof CodecException || how instanceof IllegalArgumentException) {
        exchange.closeAfterwards();
        fail(malformed());
      } else {
        fail(new ClientGoneException());
      }
    }

    private void late() {
      exchange.closeAfterwards();
      fail(tooSlow(exchange));
    }

    private void fail(RuntimeException error) {
      cancelTimer();
      if (!settle(error)) {
        exchange.hangUp();
      }
    }

    /** Tells who waits for it, once, and drops the rest. */
    private boolean settle(RuntimeException error) {
      Promise<byte[]> reader = promise;
      body = null;
      promise = null;
      return reader != null && reader.tryFail(error);
    }

    private void cancelTimer() {
      exchange.deadline().cancel(timer);
    }
  }
}
