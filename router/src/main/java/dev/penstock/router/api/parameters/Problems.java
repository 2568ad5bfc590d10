package dev.penstock.router.api.parameters;

import dev.penstock.router.api.exchange.Answer;
import dev.penstock.router.api.exchange.ApiException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What does not fit a request's schema, in the shape FastAPI answers it. */
final class Problems {
  private static final int LONGEST_ECHO = 256;

  private final JsonArray details = new JsonArray();

  /**
   * Adds a problem.
   *
   * @param type name of the violated rule
   * @param location from {@code query} or {@code body} to the field
   * @param input what the client sent; echoed when it is a short scalar, because whole bodies hold
   *     images and keys
   */
  void add(String type, List<Object> location, String message, @Nullable Object input) {
    var detail =
        new JsonObject().put("type", type).put("loc", new JsonArray(location)).put("msg", message);
    if (input instanceof Number
        || input instanceof Boolean
        || (input instanceof String text && text.length() <= LONGEST_ECHO)) {
      detail.put("input", input);
    }
    details.add(detail);
  }

  void addAll(Problems others) {
    details.addAll(others.details);
  }

  boolean isEmpty() {
    return details.isEmpty();
  }

  void missing(List<Object> location) {
    add("missing", location, "Field required", null);
  }

  void notAnObject(List<Object> location, @Nullable Object input) {
    add(
        "model_attributes_type",
        location,
        "Input should be a valid dictionary or object to extract fields from",
        input);
  }

  /**
   * Ends the request with 422 when there are any.
   *
   * @throws ApiException when there are any
   */
  void raise() {
    if (!details.isEmpty()) {
      throw new ApiException(Answer.json(422, new JsonObject().put("detail", details)));
    }
  }
}
