package dev.penstock.router.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PresentedKeyTest {
  @ParameterizedTest
  @CsvSource({
    "Bearer abc, abc",
    "bearer abc, abc",
    "BEARER abc, abc",
    "'Bearer   abc  ', abc",
    "Bearer a b, a b",
    "Bearer Bearer, Bearer",
    "Bearer, ",
    "'Bearer ', ",
    "Bearerabc, ",
    "Basic abc, ",
    "abc, ",
    "'', ",
    ", "
  })
  void the_scheme_is_bearer_in_any_case(@Nullable String header, @Nullable String key) {
    assertThat(PresentedKey.bearer(header)).isEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"api_key\":\"abc\"} | abc",
        "{\"api_key\":\"\"} | ",
        "{\"api_key\":null} | ",
        "{\"api_key\":7} | ",
        "{\"api_key\":[\"abc\"]} | ",
        "{\"API_KEY\":\"abc\"} | ",
        "{\"a\":{\"api_key\":\"abc\"}} | ",
        "{} | "
      })
  void in_a_body_it_is_text(String body, @Nullable String key) {
    assertThat(PresentedKey.in(new JsonObject(body))).isEqualTo(key);
  }
}
