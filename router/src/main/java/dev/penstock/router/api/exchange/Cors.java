package dev.penstock.router.api.exchange;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/**
 * Cross-origin rules. Credentials are allowed, and a browser that sends some takes neither {@code
 * *} for its origin nor for the headers it may show: both are written out. The handler of Vert.x
 * Web cannot allow whatever headers a preflight asks for, and leaves errors that happen before it
 * without headers.
 */
public final class Cors {
  private static final String METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
  private static final int OK = 200;
  private static final String MAX_AGE_SECONDS = "600";
  private static final int LONGEST_ECHO = 4_096;

  private final AllowedOrigins origins;
  private final PageGuard pages;

  /**
   * @param pages what pages may not do although their origin is allowed
   */
  public Cors(AllowedOrigins origins, PageGuard pages) {
    this.origins = origins;
    this.pages = pages;
  }

  /** Whether the request asks what is allowed rather than for an answer. */
  boolean isPreflight(HttpServerRequest request) {
    return HttpMethod.OPTIONS.equals(request.method())
        && request.getHeader(HttpHeaders.ORIGIN) != null
        && request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null;
  }

  /**
   * What a page may do.
   *
   * @param path normalized, as routes are found by it
   */
  Answer preflight(HttpServerRequest request, String path) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return origins.allow(origin) && pages.mayAsk(origin, path)
        ? Answer.text("text/plain", "OK")
        : Answer.message(
            400,
            "This origin is not allowed. Ask the operator of the router to add it to the allowed"
                + " origins.");
  }

  /** Adds what belongs to an answer of any status; a page that may not is not told more. */
  void addTo(MultiMap headers, HttpServerRequest request, int status) {
    // Also without an origin: who keeps the answer must not give it to a page.
    headers.set(HttpHeaders.VARY, "Origin");
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    boolean preflight = isPreflight(request);
    if (origin == null || !origins.allow(origin) || (preflight && status != OK)) {
      return;
    }
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    headers.set("Timing-Allow-Origin", origin);
    if (!preflight) {
      headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, AnswerHeaders.EXPOSED);
      return;
    }
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    String asked = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    if (asked != null && asked.length() <= LONGEST_ECHO && mayBeRepeated(asked)) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
  }

  /** HTTP/2 carries control characters, which would break the answer that repeats them. */
  private static boolean mayBeRepeated(String header) {
    return header.chars().allMatch(c -> c >= ' ' && c <= '~');
  }
}
