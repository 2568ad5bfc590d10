package dev.penstock.router.api.parameters;

import dev.penstock.router.api.exchange.Answer;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.json.JsonReader;
import dev.penstock.router.api.json.MalformedJsonException;
import dev.penstock.router.api.json.UnreadableJsonException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Map;

/** Bodies that must be JSON objects. */
public final class JsonBody {
  private JsonBody() {}

  /**
   * What a body holds.
   *
   * @param whole whether that is all of it; else it may be looked at for problems, not acted on
   */
  public record Reading(JsonObject json, boolean whole) {
    /**
     * Sees to it that everything was read.
     *
     * @throws ApiException with status 413 when it was not
     */
    public void requireWhole() {
      if (!whole) {
        throw tooManyValues();
      }
    }
  }

  /**
   * Reads a body, whatever its declared type.
   *
   * @throws ApiException with status 422 when it is no JSON object, 400 when it is no text or
   *     nothing that anybody reads
   */
  public static Reading parse(byte[] body) {
    var problems = new Problems();
    var nothing = new JsonReader.Reading(null, true);
    JsonReader.Reading reading = body.length == 0 ? nothing : read(body, problems);
    if (problems.isEmpty()) {
      if (reading.value() instanceof Map<?, ?> members) {
        return new Reading(object(members), reading.whole());
      } else if (reading.value() == null) {
        problems.missing(List.of("body"));
      } else {
        problems.notAnObject(List.of("body"), reading.value());
      }
    }
    problems.raise();
    throw new AssertionError("a body without problems was returned above");
  }

  private static JsonReader.Reading read(byte[] body, Problems problems) {
    try {
      return JsonReader.read(body);
    } catch (MalformedJsonException e) {
      problems.notJson(e.position(), e.problem());
      return new JsonReader.Reading(null, true);
    } catch (UnreadableJsonException | CharacterCodingException e) {
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
