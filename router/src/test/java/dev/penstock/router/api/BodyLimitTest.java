package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.api.RawClient.Response;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BodyLimitTest {
  private static final int LIMIT = 300_000;

  private TestApi api;

  @BeforeEach
  void start() {
    var settings = new TestApi.Settings();
    settings.maxBody = LIMIT;
    settings.timeout = Duration.ofSeconds(5);
    api = new TestApi(settings);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void a_client_that_sends_everything_first_reads_the_refusal_and_goes_on() {
    try (RawClient client = api.raw()) {
      client.send(head(LIMIT + 100_000, "")).send(new byte[LIMIT + 100_000]);
      refused(client.read());
      client.send(head(BASE64.length(), "")).send(BASE64);
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void a_chunked_body_is_refused_when_it_passes_the_limit() {
    try (RawClient client = api.raw()) {
      client.send(RawClient.head("POST /coco/1", "Transfer-Encoding: chunked"));
      byte[] chunk = new byte[50_000];
      for (int i = 0; i < 8; i++) {
        client.send(Integer.toHexString(chunk.length) + "\r\n").send(chunk).send("\r\n");
      }
      client.send("0\r\n\r\n");
      refused(client.read());
      client.send(head(BASE64.length(), "")).send(BASE64);
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void the_refusal_comes_before_the_body_is_complete() {
    try (RawClient client = api.raw()) {
      client.send(head(LIMIT + 1, "")).send("first bytes");
      refused(client.read());
    }
  }

  /** Else its bytes would meet a closed connection, and it would see that instead. */
  @Test
  void a_router_that_leaves_lets_a_refused_client_send_the_rest() {
    api.api.drain();
    try (RawClient client = api.raw()) {
      client.send(head(LIMIT + 100_000, "")).send(new byte[100_000]);
      refused(client.read());
      for (int sent = 100_000; sent < LIMIT + 100_000; sent += 1_000) {
        client.send(new byte[1_000]);
      }
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void what_is_dropped_is_bounded() {
    try (RawClient client = api.raw()) {
      client.send(head(1_000L * LIMIT, ""));
      refused(client.read());
      assertThat(floodUntilClosed(client, 200L * LIMIT)).isTrue();
    }
  }

  @Test
  void a_refused_body_that_stalls_costs_its_connection() {
    try (RawClient client = api.raw()) {
      client.send(head(LIMIT * 2L, ""));
      refused(client.read());
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void a_body_over_the_limit_is_not_asked_for() {
    try (RawClient client = api.raw()) {
      client.send(head(LIMIT + 1, "Expect: 100-continue\r\n"));
      Response response = client.read();
      refused(response);
      assertThat(response.headers()).containsEntry("connection", "close");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void a_body_that_nobody_reads_is_not_asked_for() {
    try (RawClient client = api.raw()) {
      client.send(RawClient.head("POST /a/b/c", "Content-Length: 4", "Expect: 100-continue"));
      assertThat(client.read().status()).isEqualTo(405);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void a_body_within_the_limit_is_asked_for() {
    try (RawClient client = api.raw()) {
      client.send(head(BASE64.length(), "Expect: 100-continue\r\n"));
      assertThat(client.read().status()).isEqualTo(100);
      client.send(BASE64);
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void a_body_of_exactly_the_limit_is_taken() {
    byte[] body = "A".repeat(LIMIT).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(api.post("/coco/1", body, "Content-Type", "text/plain").status()).isEqualTo(200);
  }

  @Test
  void a_body_that_stalls_is_answered_and_its_connection_closed() {
    try (RawClient client = api.raw()) {
      client.send(head(1_000, "")).send("only this");
      Response response = client.read();
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.body()).contains("not complete after 5 s");
      assertThat(client.ended()).isTrue();
    }
    assertThat(api.dispatcher.requests).isEmpty();
  }

  private static boolean floodUntilClosed(RawClient client, long bytes) {
    byte[] piece = new byte[64 * 1024];
    try {
      for (long sent = 0; sent < bytes; sent += piece.length) {
        client.send(piece);
      }
    } catch (java.io.UncheckedIOException closed) {
      return true;
    }
    return false;
  }

  private static void refused(Response response) {
    assertThat(response.status()).isEqualTo(413);
    assertThat(response.body())
        .startsWith("{\"message\":\"The request body is larger than the limit of 300000 bytes.");
    assertThat(response.headers()).containsKeys("x-processing-time", "server-timing");
  }

  private static String head(long length, String more) {
    return "POST /coco/1 HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: "
        + length
        + "\r\n"
        + more
        + "\r\n";
  }
}
