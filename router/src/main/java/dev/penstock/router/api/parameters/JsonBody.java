package dev.penstock.router.api.parameters;

import dev.penstock.router.api.exchange.Answer;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.json.JsonReader;
import dev.penstock.router.api.json.MalformedJsonException;
import dev.penstock.router.api.json.OversizedJsonException;
import dev.penstock.router.api.json.OversizedJsonException.Limit;
import io.vertx.core.json.JsonObject;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies that must be JSON objects. */
public final class JsonBody {
  private JsonBody() {}

  /**
   * Reads a body, whatever its declared type.
   *
   * @throws ApiException with status 422 when it is no JSON
   *     object, 413 when it has too many values, 400 when it is no text
   */
  public static JsonObject parse(byte[] body) {
    var problems = new Problems();
    Object json = body.length == 0 ? null : read(body, problems);
    if (problems.isEmpty()) {
      if (json instanceof Map<?, ?> members) {
        return object(members);
      } else if (json == null) {
        problems.missing(List.of("body"));
      } else {
        problems.notAnObject(List.of("body"), json);
      }
    }
    problems.raise();
    throw new AssertionError("a body without problems was returned above");
  }

  private static @Nullable Object read(byte[] body, Problems problems) {
    try {
      return JsonReader.read(body);
    } catch (MalformedJsonException e) {
      problems.notJson(e.position(), e.problem());
      return null;
    } catch (OversizedJsonException e) {
      throw e.limit() == Limit.TOO_MANY_VALUES ? tooManyValues() : unreadable();
    } catch (CharacterCodingException e) {
      throw unreadable();
    }
  }

  /** In the words and the shape of the reference server. */
  private static ApiException unreadable() {
    return new ApiException(Answer.detail(400, "There was an error parsing the body"));
  }

  private static ApiException tooManyValues() {
    return ApiException.message(
        413,
        "The JSON of the request has more than %d values. Send fewer images in one request, and"
            .formatted(JsonReader.MOST_VALUES)
            + " no fields that nobody asks for.");
  }

  @SuppressWarnings("unchecked") // the reader makes no other maps
  private static JsonObject object(Map<?, ?> members) {
    return new JsonObject((Map<String, Object>) members);
  }

  /**
   * The model id in a body of {@code /model/add} and {@code /model/remove}.
   *
   * @throws ApiException with status 422 when there is none
   */
  public static String modelId(JsonObject json) {
    var problems = new Problems();
    String id = Fields.body(json, problems).text("model_id");
    if (!json.containsKey("model_id")) {
      problems.missing(List.of("body", "model_id"));
    } else if (json.getValue("model_id") == null) {
      problems.add(
          "string_type", List.of("body", "model_id"), "Input should be a valid string", null);
    }
    problems.raise();
    return id == null ? "" : id;
  }
}
