package dev.penstock.router.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestTimeoutsTest {
  private final RequestTimeouts timeouts =
      new RequestTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(300));

  @Test
  void a_request_that_says_nothing_has_the_servers_time() {
    assertThat(timeouts.of(null)).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource({
    "2,2000000000",
    "0.25,250000000",
    ".5,500000000",
    "' 1.5 ',1500000000",
    "0.000000001,1",
    "300,300000000000",
    "300.000000000,300000000000"
  })
  void seconds_may_have_decimals(String header, long nanos) {
    assertThat(timeouts.of(header)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "0",
        "0.0",
        "-1",
        "+1",
        "1s",
        "1e3",
        "abc",
        "NaN",
        "Infinity",
        "1,5",
        "1.",
        "0x10",
        "300.000000001",
        "301",
        "999999999",
        "9999999999999999999",
        "1 2",
        "0.0000000001",
        "٣"
      })
  void nonsense_is_refused_with_what_would_be_right(String header) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> timeouts.of(header))
        .withMessageStartingWith("X-Request-Timeout: '")
        .withMessageEndingWith("Send seconds above 0 and at most 300, for example 2.5.");
  }

  @Test
  void what_a_client_sent_is_shown_only_as_far_as_it_fits_into_a_message() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> timeouts.of("9".repeat(5_000) + "\u0007"))
        .withMessageContaining("'" + "9".repeat(32) + "…'");
  }

  @Test
  void an_expired_request_is_told_how_much_time_it_had() {
    assertThat(RequestTimeouts.expired(Duration.ofMillis(2_500)))
        .startsWith("The request was not answered within 2.5 s.")
        .contains("X-Request-Timeout");
    assertThat(RequestTimeouts.seconds(Duration.ofSeconds(30))).isEqualTo("30");
  }

  @Test
  void bounds_that_contradict_each_other_are_none() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RequestTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RequestTimeouts(Duration.ZERO, Duration.ofSeconds(1)));
  }
}
