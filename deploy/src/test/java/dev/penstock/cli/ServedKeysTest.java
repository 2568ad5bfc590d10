package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServedKeysTest {
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7", "no-such-host.invalid"})
  void an_address_that_others_reach_is_said_to_be_open(String host) {
    assertThat(ServedKeys.whoCanCome(host))
        .hasValueSatisfying(
            warning ->
                assertThat(warning)
                    .startsWith("open to everybody who reaches " + host)
                    .contains("--keys FILE"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.1.2.3"})
  void this_machine_alone_is_nothing_to_speak_of(String host) {
    assertThat(ServedKeys.whoCanCome(host)).isEmpty();
  }
}
