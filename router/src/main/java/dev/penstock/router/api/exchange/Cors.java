package dev.penstock.router.api.exchange;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cross-origin rules as the reference server has them: credentials are allowed, so any origin is
 * only written as {@code *} to clients that sent none. The handler of Vert.x Web cannot allow
 * whatever headers a preflight asks for, and leaves errors that happen before it without headers.
 */
public final class Cors {
  private static final String METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
  private static final String MAX_AGE_SECONDS = "600";

  private final Set<String> origins;
  private final boolean any;

  public Cors(Iterable<String> allowOrigins) {
    var all = new java.util.HashSet<String>();
    allowOrigins.forEach(all::add);
    this.any = all.contains("*");
    this.origins = Set.copyOf(all);
  }

  /** Whether the request asks what is allowed rather than for an answer. */
  boolean isPreflight(HttpServerRequest request) {
    return HttpMethod.OPTIONS.equals(request.method())
        && request.getHeader(HttpHeaders.ORIGIN) != null
        && request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null;
  }

  Answer preflight(HttpServerRequest request) {
    return allowed(request.getHeader(HttpHeaders.ORIGIN))
        ? Answer.text("text/plain", "OK")
        : Answer.message(
            400,
            "This origin is not allowed. Ask the operator of the router to add it to the allowed"
                + " origins.");
  }

  /** Adds what belongs to an answer of any status. */
  void addTo(MultiMap headers, HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || !allowed(origin)) {
      return;
    }
    boolean preflight = isPreflight(request);
    boolean echo = !any || preflight || request.getHeader(HttpHeaders.COOKIE) != null;
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, echo ? origin : "*");
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    headers.set("Timing-Allow-Origin", echo ? origin : "*");
    if (echo) {
      headers.set(HttpHeaders.VARY, "Origin");
    }
    if (!preflight) {
      headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, AnswerHeaders.EXPOSED);
      return;
    }
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    String asked = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    if (asked != null) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
  }

  private boolean allowed(@Nullable String origin) {
    return origin != null && (any || origins.contains(origin));
  }
}
