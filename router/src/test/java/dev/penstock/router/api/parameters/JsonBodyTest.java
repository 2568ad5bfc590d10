package dev.penstock.router.api.parameters;

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
        .hasMessageContaining("\"loc\":[\"body\"]");
  }

  @Test
  void deep_nesting_is_refused_rather_than_followed() {
    String deep = "{\"a\":" + "[".repeat(100_000);
    assertThatThrownBy(() -> JsonBody.parse(deep.getBytes(UTF_8))).hasMessageStartingWith("422");
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
            JsonBody.parse(("{\"image\":\"" + picture + "\"}").getBytes(UTF_8)).getString("image"))
        .isEqualTo(picture);
  }

  @Test
  void what_follows_an_object_is_refused() {
    assertThatThrownBy(() -> JsonBody.parse("{} {}".getBytes(UTF_8))).hasMessageStartingWith("422");
  }
}
