package dev.penstock.router.api.access;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where clients put their key. What is empty counts as not there. */
final class PresentedKey {
  private static final String NAME = "api_key";
  private static final String SCHEME = "bearer ";

  private PresentedKey() {}

  /**
   * The key in the query, else in the header.
   *
   * @throws io.vertx.ext.web.handler.HttpException with status 400 when the query cannot be decoded
   */
  static @Nullable String inHead(RoutingContext routing) {
    List<String> values = routing.queryParam(NAME);
    String last = values.isEmpty() ? null : values.get(values.size() - 1);
    return last == null || last.isEmpty()
        ? bearer(routing.request().getHeader(HttpHeaders.AUTHORIZATION))
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
