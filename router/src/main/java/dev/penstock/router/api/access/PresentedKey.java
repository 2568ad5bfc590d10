package dev.penstock.router.api.access;

import dev.penstock.router.api.exchange.Exchange;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Where clients put their key. What is empty counts as not there. */
final class PresentedKey {
  private static final String NAME = "api_key";
  private static final String SCHEME = "bearer ";

  private PresentedKey() {}

  /**
   * The key in the query, else in the header.
   *
   * @throws dev.penstock.router.api.exchange.ApiException with status 400 when the query cannot be
   *     read
   */
  static @Nullable String inHead(Exchange exchange) {
    String last = exchange.query().last(NAME);
    return last == null || last.isEmpty()
        ? bearer(exchange.request().getHeader(HttpHeaders.AUTHORIZATION))
        : last;
  }

  /** The key in a JSON body. */
  static @Nullable String in(JsonObject body) {
    return body.getValue(NAME) instanceof String key && !key.isEmpty() ? key : null;
  }

  static @Nullable String bearer(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    String key = authorization.substring(SCHEME.length()).strip();
    return key.isEmpty() ? null : key;
  }
}
