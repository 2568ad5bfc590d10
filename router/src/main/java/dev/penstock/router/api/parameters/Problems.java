package dev.penstock.router.api.parameters;

import dev.penstock.router.api.exchange.Answer;
import dev.penstock.router.api.exchange.ApiException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What does not fit a request's schema, in the shape FastAPI answers it. */
final class Problems {
  /** More are counted, not listed: an answer must not grow with what it refuses. */
  static final int MOST_LISTED = 16;

  private static final int LONGEST_ECHO = 100;

  private final JsonArray details = new JsonArray();
  private @Nullable Object place;
  private int more;

  /**
   * Adds a problem.
   *
   * @param type name of the violated rule
   * @param location from {@code query} or {@code body} to the field
   * @param input what the client sent; echoed when it is a short scalar, because whole bodies hold
   *     images and keys
   */
  void add(String type, List<Object> location, String message, @Nullable Object input) {
    if (listsAnother(location)) {
      list(type, location, message, input);
    }
  }

  /** Adds that something is none of some words. */
  void notAmong(String words, List<Object> location, @Nullable Object input) {
    if (listsAnother(location)) {
      list("literal_error", location, "Input should be " + words, input)
          .put("ctx", new JsonObject().put("expected", words));
    }
  }

  /** Adds that something is no object of a class of the reference server. */
  void notOfClass(String name, List<Object> location, @Nullable Object input) {
    if (listsAnother(location)) {
      list(
              "model_type",
              location,
              "Input should be a valid dictionary or instance of " + name,
              input)
          .put("ctx", new JsonObject().put("class_name", name));
    }
  }

  /**
   * Adds that a body is no JSON.
   *
   * @param position where, in characters
   * @param problem what is wrong there
   */
  void notJson(int position, String problem) {
    list("json_invalid", List.of("body", position), "JSON decode error", null)
        .put("input", new JsonObject())
        .put("ctx", new JsonObject().put("error", problem));
  }

  private boolean listsAnother(List<Object> location) {
    if (details.size() < MOST_LISTED) {
      return true;
    }
    place = location.get(0);
    more++;
    return false;
  }

  private JsonObject list(
      String type, List<Object> location, String message, @Nullable Object input) {
    var detail =
        new JsonObject().put("type", type).put("loc", new JsonArray(location)).put("msg", message);
    if (isEchoed(input)) {
      detail.put("input", input);
    }
    details.add(detail);
    return detail;
  }

  private static boolean isEchoed(@Nullable Object input) {
    return (input instanceof Number number && Double.isFinite(number.doubleValue()))
        || input instanceof Boolean
        || (input instanceof String text && text.length() <= LONGEST_ECHO);
  }

  /** Adds what others have found, as far as there is room for it. */
  void addAll(Problems others) {
    for (Object detail : others.details) {
      if (listsAnother(List.of("body"))) {
        details.add(detail);
      }
    }
    if (others.more > 0) {
      place = others.place;
      more += others.more;
    }
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
   * Ends the request with 422 when there are any. The last of a long list says how many more there
   * are, in the shape of the others.
   *
   * @throws ApiException when there are any
   */
  void raise() {
    if (details.isEmpty()) {
      return;
    }
    if (more > 0) {
      details.add(
          new JsonObject()
              .put("type", "more_errors")
              .put("loc", JsonArray.of(place))
              .put("msg", "There are " + more + " more problems, which are not listed")
              .put("ctx", new JsonObject().put("more", more)));
    }
    throw new ApiException(Answer.json(422, new JsonObject().put("detail", details)));
  }
}
