package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no HTTP/1.1 gets an answer in HTTP/1.1 that says so, and then a closed connection. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UnreadableHttpTest {
  private final TestApi api = new TestApi();

  @BeforeAll
  void up() {
    assertThat(api.get("/healthz").status()).isEqualTo(200);
  }

  @AfterAll
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\n",
        "-1\r\nabc\r\n",
        "+3\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "\r\nabc\r\n",
        "ffffffffffffffffff\r\nabc\r\n",
        "3\r\nabcdef\r\n0\r\n\r\n",
        "3\r\nabc0\r\n\r\n",
        "0\r\nX y: z\r\n\r\n",
        "0\r\nX\u0000: z\r\n\r\n",
      })
  void malformed_chunks_are_answered(String body) {
    refused(
        "POST /coco/1 HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\nTransfer-Encoding: chunked\r\n\r\n"
            + body,
        400);
    assertThat(api.dispatcher.requests).isEmpty();
  }

  @Test
  void long_trailers_are_answered() {
    String head =
        "POST /coco/1 HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\nTransfer-Encoding: chunked\r\n\r\n";
    refused(head + "0\r\nX-Long: " + "x".repeat(100_000) + "\r\n\r\n", 400);
    refused(head + "0\r\n" + "X: y\r\n".repeat(20_000) + "\r\n", 400);
    refused(head + "3;" + "x".repeat(100_000) + "\r\nabc\r\n0\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /healthz HTTP/3.0\r\nHost: a\r\n\r\n",
        "GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET /healthz HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET /healthz HTTP/0.9\r\nHost: a\r\n\r\n",
        "GET /healthz HTTP/11\r\nHost: a\r\n\r\n",
        "GET /healthz XTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /coco/1 HTTP/9.9\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde",
        "GET /healthz\r\n\r\n",
        "GET\r\n\r\n",
        "hello\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX\u0001: z\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\n: z\r\n\r\n",
        "POST /coco/1 HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST /coco/1 HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /coco/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /coco/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /coco/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
        "\u0080\u0080\r\n\r\n",
      })
  void what_is_not_understood_is_answered(String request) {
    refused(request, 400);
    assertThat(api.dispatcher.requests).isEmpty();
  }

  /** Proxies may see one of them, or both in a row: no two shall see two requests. */
  @ParameterizedTest
  @ValueSource(strings = {"chunked|gzip", "gzip|chunked", "chunked|chunked", "chunked|xchunked"})
  void a_body_with_several_encodings_is_refused_and_not_read_on(String encodings) {
    String headers = "";
    for (String encoding : encodings.split("\\|")) {
      headers += "Transfer-Encoding: " + encoding + "\r\n";
    }
    try (RawClient client = api.raw()) {
      var response =
          client
              .send(
                  "POST /coco/1 HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\n"
                      + headers
                      + "\r\n3\r\nabc\r\n0\r\n\r\n")
              .read();
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.body()).contains("Transfer-Encoding");
      assertThat(client.ended()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS *", "OPTIONS *?x", "GET foo?x", "GET ?x", "GET %2fhealthz"})
  void what_is_no_path_is_called_one(String line) {
    try (RawClient client = api.raw()) {
      var response = client.send(line + " HTTP/1.1\r\nHost: a\r\n\r\n").read();
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.body()).contains("path").doesNotContain("Host");
    }
  }

  @Test
  void too_long_lines_and_heads_are_answered() {
    refused("GET /" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
    refused("x".repeat(100_000), 414);
    refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(100_000) + "\r\n\r\n", 431);
    refused("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(100_000) + "\r\n", 431);
  }

  @Test
  void a_malformed_chunk_of_a_body_that_nobody_reads_ends_the_connection() {
    try (RawClient client = api.raw()) {
      client.send("POST /a/b/c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
      assertThat(client.read().status()).isEqualTo(405);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void a_request_before_it_on_the_connection_is_answered_first() {
    try (RawClient client = api.raw()) {
      client.send(
          "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/7.0\r\nHost: a\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void bytes_of_tls_in_a_body_are_a_body() {
    assertThat(api.post("/a/b/c", new byte[] {22, 3, 1}).status()).isEqualTo(405);
  }

  private void refused(String request, int status) {
    try (RawClient client = api.raw()) {
      var response = client.send(request).read();
      assertThat(response.version()).isEqualTo("HTTP/1.1");
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.headers())
          .containsEntry("connection", "close")
          .containsEntry("content-type", "application/json")
          .containsKeys("x-request-id", "x-processing-time");
      assertThat(response.body()).startsWith("{\"message\":\"The request").hasSizeLessThan(400);
      assertThat(client.ended()).isTrue();
    }
  }
}
