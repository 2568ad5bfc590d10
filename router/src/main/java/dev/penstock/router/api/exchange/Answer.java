package dev.penstock.router.api.exchange;

import dev.penstock.config.PlainWords;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * What a client is told.
 *
 * @param status HTTP status
 * @param contentType media type of the body
 * @param body the serialised body
 * @param retryAfterSeconds value of {@code Retry-After}; 0 for none
 */
public record Answer(int status, String contentType, Buffer body, int retryAfterSeconds) {
  public static final String JSON = "application/json";

  public static Answer json(int status, JsonObject body) {
    return json(status, body.toBuffer());
  }

  public static Answer json(int status, Buffer body) {
    return new Answer(status, JSON, body, 0);
  }

  /**
   * An error of a route: {@code {"message": …}}.
   *
   * @param message cut off when it is no sentence: some quote what others have sent
   */
  public static Answer message(int status, String message) {
    return json(status, new JsonObject().put("message", PlainWords.shortened(message)));
  }

  /** An error before any route: {@code {"detail": …}}. */
  public static Answer detail(int status, String detail) {
    return json(status, new JsonObject().put("detail", PlainWords.shortened(detail)));
  }

  public static Answer text(String contentType, String body) {
    return new Answer(200, contentType, Buffer.buffer(body), 0);
  }

  /** The same answer with advice when to come again. */
  public Answer retryAfter(int seconds) {
    return new Answer(status, contentType, body, seconds);
  }
}
