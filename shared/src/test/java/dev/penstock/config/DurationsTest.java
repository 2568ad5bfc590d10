package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "30s,PT30S",
    "500ms,PT0.5S",
    "2.5s,PT2.5S",
    "0.25ms,PT0.00025S",
    "30,PT30S",
    "0.5,PT0.5S",
    "0,PT0S",
    "1m,PT1M",
    "1.5h,PT1H30M",
    "'7 s',PT7S",
    "0.0000001ms,PT0S",
    "999999999h,PT999999999H"
  })
  void reads_what_people_write(String text, Duration expected) {
    assertThat(Durations.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1s", "1,5s", "1d", "1s2", "1e3", "NaN", "1.s", "10000000000s"})
  void refuses_anything_else_with_examples(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parse(text))
        .withMessage("'%s' is no duration: write for example 30s, 500ms, 2.5s or 1m", text);
  }
}
