package dev.penstock.router.api.parameters;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.util.List;

/** Bodies that must be JSON objects. */
public final class JsonBody {
  /**
   * Texts may be as long as bodies, which have a limit of their own; Vert.x takes 20,000,000
   * characters, a picture of 15 MB.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private JsonBody() {}

  /**
   * Reads a body, whatever its declared type.
   *
   * @throws dev.penstock.router.api.exchange.ApiException with status 422 when it is no JSON object
   */
  public static JsonObject parse(byte[] body) {
    var problems = new Problems();
    if (body.length == 0) {
      problems.missing(List.of("body"));
    } else {
      try (JsonParser parser = JSON.createParser(body)) {
        if (JacksonCodec.fromParser(parser, Object.class) instanceof JsonObject object) {
          return object;
        }
        problems.notAnObject(List.of("body"), null);
      } catch (DecodeException | IOException e) {
        problems.add("json_invalid", List.of("body"), "JSON decode error", null);
      }
    }
    problems.raise();
    throw new AssertionError("a body without problems was returned above");
  }

  /**
   * The model id in a body of {@code /model/add} and {@code /model/remove}.
   *
   * @throws dev.penstock.router.api.exchange.ApiException with status 422 when there is none
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
