package dev.penstock.router.api.parameters;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "\"text\"", "3", "null", "{\"a\":}", "\u0000"})
  void only_objects_are_taken(String body) {
    assertThatThrownBy(() -> JsonBody.parse(body.getBytes(UTF_8)))
        .hasMessageStartingWith("422")
        .hasMessageContaining("\"loc\":[\"body\"");
  }

  @Test
  void what_is_wrong_is_answered_as_the_reference_does() {
    assertThatThrownBy(() -> JsonBody.parse("{\"a\":1,}".getBytes(UTF_8)))
        .hasMessage(
            "422 {\"detail\":[{\"type\":\"json_invalid\",\"loc\":[\"body\",7],\"msg\":\"JSON decode"
                + " error\",\"input\":{},\"ctx\":{\"error\":\"Expecting property name enclosed in double"
                + " quotes\"}}]}");
    assertThatThrownBy(() -> JsonBody.parse("\"\u00ff\"".getBytes(ISO_8859_1)))
        .hasMessage("400 {\"detail\":\"There was an error parsing the body\"}");
  }

  @Test
  void too_many_values_are_refused_with_a_sentence() {
    String many = "{\"a\":[" + "5,".repeat(100_000) + "5]}";
    JsonBody.Reading reading = JsonBody.parse(many.getBytes(UTF_8));
    assertThat(reading.json().getJsonArray("a")).hasSizeLessThan(100_001);
    assertThatThrownBy(reading::requireWhole)
        .hasMessageStartingWith("413")
        .hasMessageContaining("more than 100000 values");
  }

  @Test
  void deep_nesting_is_refused_rather_than_followed() {
    String deep = "{\"a\":" + "[".repeat(100_000);
    assertThatThrownBy(() -> JsonBody.parse(deep.getBytes(UTF_8))).hasMessageStartingWith("400");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"model_id\":null}", "{\"model_id\":7}", "{\"model_id\":[]}"})
  void a_model_id_must_be_text(String body) {
    assertThatThrownBy(() -> JsonBody.modelId(new JsonObject(body)))
        .hasMessageStartingWith("422")
        .hasMessageContaining("\"loc\":[\"body\",\"model_id\"]");
  }

  @Test
  void the_model_id_is_taken_as_it_is() {
    assertThat(JsonBody.modelId(new JsonObject().put("model_id", " a/1"))).isEqualTo(" a/1");
  }

  @Test
  void texts_may_be_as_long_as_bodies() {
    String picture = "A".repeat(21_000_000);
    assertThat(
            JsonBody.parse(("{\"image\":\"" + picture + "\"}").getBytes(UTF_8))
                .json()
                .getString("image"))
        .isEqualTo(picture);
  }

  @Test
  void what_follows_an_object_is_refused() {
    assertThatThrownBy(() -> JsonBody.parse("{} {}".getBytes(UTF_8))).hasMessageStartingWith("422");
  }
}
