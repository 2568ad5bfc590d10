package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "router:5701,router,5701",
    "10.0.0.5:0,10.0.0.5,0",
    "[::1]:65535,::1,65535",
    "r.example.org:1,r.example.org,1"
  })
  void reads_host_and_port_and_writes_them_again(String text, String host, int port) {
    assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "router", ":5701", "router:", "router:x", "router:-1", "router:65536"})
  void refuses_anything_else_by_name(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostPort.parse(text))
        .withMessageContaining("'" + text + "'")
        .withMessageContaining("host:port");
  }
}
