package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {
  private static TestApi api;

  @BeforeAll
  static void start() {
    api = new TestApi();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "2f1c7d34-5c7e-4c0f-9a3e-0d4f6a3b2c1d", "req:17/b_c~d"})
  void a_fit_id_is_echoed(String id) {
    assertThat(api.get("/info", "X-Request-ID", id).header("X-Request-ID")).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"two words", "tab\there", "f\u00fcr", ""})
  void an_unfit_id_is_replaced(String id) {
    try (RawClient client = api.raw()) {
      client.send("GET /info HTTP/1.1\r\nHost: a\r\nX-Request-ID: " + id + "\r\n\r\n");
      assertThat(client.read().headers().get("x-request-id")).matches("[0-9a-f]{32}");
    }
  }

  @Test
  void a_long_id_is_replaced() {
    String longest = "x".repeat(128);
    assertThat(api.get("/info", "X-Request-ID", longest).header("X-Request-ID")).isEqualTo(longest);
    assertThat(api.get("/info", "X-Request-ID", longest + "x").header("X-Request-ID")).hasSize(32);
  }

  @Test
  void ids_reach_the_dispatcher_and_the_log() {
    var reply =
        api.post(
            "/coco/1?api_key=secret", TestApi.BASE64, "Content-Type", "a/b", "X-Request-ID", "id7");
    assertThat(reply.header("X-Request-ID")).isEqualTo("id7");
    assertThat(api.dispatcher.requests.remove().requestId()).isEqualTo("id7");
    String line = api.accessLog.stream().filter(l -> l.contains("id7")).findFirst().orElse("");
    assertThat(line).doesNotContain("secret");
  }
}
