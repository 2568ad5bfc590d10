package dev.penstock.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0.000000, 0.000",
    "499, 0.000000, 0.000",
    "500, 0.000001, 0.001",
    "1234567, 0.001235, 1.235",
    "31000000000, 31.000000, 31000.000",
    "-1500, -0.000002, -0.002",
    "9000000000000000000, 9000000000.000000, 9000000000000.000",
  })
  void are_plain_and_rounded_half_up(long nanos, String seconds, String millis) {
    assertThat(Decimals.seconds(nanos)).isEqualTo(seconds);
    assertThat(Decimals.millis(nanos)).isEqualTo(millis);
  }
}
