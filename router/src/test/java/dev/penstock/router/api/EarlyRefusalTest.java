package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.keys.KeyFixtures;
import dev.penstock.router.api.RawClient.Response;
import dev.penstock.telemetry.Ticker;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may not, hears it before his body was read, and can go on afterwards. */
final class EarlyRefusalTest {
  private static final int LIMIT = 300_000;
  private static final String GOOD = "the-key-that-is-good";

  private TestApi api;

  @BeforeEach
  void start() {
    var settings = new TestApi.Settings();
    settings.maxBody = LIMIT;
    settings.timeout = Duration.ofSeconds(2);
    settings.access =
        KeyFixtures.access("a: {hash: <" + GOOD + ">, models: coco/*}", Ticker.SYSTEM);
    api = new TestApi(settings);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void the_head_is_enough() {
    try (RawClient client = api.raw()) {
      client.send(head("/coco/1?api_key=bad", 100_000, ""));
      unauthorized(client.read());
    }
    try (RawClient client = api.raw()) {
      client.send(head("/infer/object_detection", 100_000, "Authorization: Bearer bad\r\n"));
      unauthorized(client.read());
    }
  }

  @Test
  void a_model_that_is_not_allowed_is_refused_by_its_path() {
    try (RawClient client = api.raw()) {
      client.send(head("/parts/7?api_key=" + GOOD, 100_000, ""));
      Response response = client.read();
      assertThat(response.status()).isEqualTo(401);
      assertThat(response.body()).contains("valid for workspace you use");
    }
  }

  @Test
  void a_client_that_sends_everything_first_reads_the_refusal_and_goes_on() {
    try (RawClient client = api.raw()) {
      client.send(head("/coco/1", LIMIT + 100_000, "")).send(new byte[LIMIT + 100_000]);
      unauthorized(client.read());
      client.send(head("/coco/1?api_key=" + GOOD, BASE64.length(), "")).send(BASE64);
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void what_is_dropped_is_bounded() {
    try (RawClient client = api.raw()) {
      client.send(head("/coco/1", 1_000L * LIMIT, ""));
      unauthorized(client.read());
      assertThat(floodUntilClosed(client)).isTrue();
    }
  }

  @Test
  void a_body_that_stalls_after_the_refusal_costs_its_connection() {
    try (RawClient client = api.raw()) {
      client.send(head("/coco/1", 1_000, "")).send("only this");
      unauthorized(client.read());
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void a_body_is_not_asked_for() {
    try (RawClient client = api.raw()) {
      client.send(head("/coco/1?api_key=bad", 1_000, "Expect: 100-continue\r\n"));
      Response response = client.read();
      unauthorized(response);
      assertThat(response.headers()).containsEntry("connection", "close");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void a_json_body_that_may_hold_the_key_is_asked_for() {
    try (RawClient client = api.raw()) {
      String body = "{\"api_key\":\"bad\"}";
      client.send(head("/infer/object_detection", body.length(), "Expect: 100-continue\r\n"));
      assertThat(client.read().status()).isEqualTo(100);
      client.send(body);
      unauthorized(client.read());
    }
  }

  private static boolean floodUntilClosed(RawClient client) {
    byte[] piece = new byte[64 * 1024];
    try {
      for (long sent = 0; sent < 200L * LIMIT; sent += piece.length) {
        client.send(piece);
      }
    } catch (java.io.UncheckedIOException closed) {
      return true;
    }
    return false;
  }

  private static void unauthorized(Response response) {
    assertThat(response.status()).isEqualTo(401);
    assertThat(response.body()).isEqualTo("{\"status\":401,\"message\":\"Unauthorized api_key\"}");
  }

  private static String head(String path, long length, String more) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: "
        + length
        + "\r\n"
        + more
        + "\r\n";
  }
}
