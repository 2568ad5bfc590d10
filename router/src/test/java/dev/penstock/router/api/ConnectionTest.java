package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.dispatch.Admission;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {
  private TestApi api;

  @BeforeEach
  void start() {
    api = new TestApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void a_client_that_leaves_cancels_its_jobs() throws Exception {
    var admitted = new CompletableFuture<String>();
    api.dispatcher.behaviour =
        (request, listener) -> {
          admitted.complete("admitted");
          return (Admission.Admitted) () -> api.dispatcher.cancelling.complete("cancelled");
        };
    try (RawClient client = api.raw()) {
      client.send(request(BASE64));
      admitted.get(10, TimeUnit.SECONDS);
    }
    assertThat(api.dispatcher.cancelling.get(10, TimeUnit.SECONDS)).isEqualTo("cancelled");
    JsonObject line = api.logged();
    assertThat(line.getInteger("status")).isEqualTo(499);
    assertThat(line.getString("model")).isEqualTo("coco/1");
  }

  @Test
  void a_result_after_the_client_left_is_dropped() throws Exception {
    var late = new CompletableFuture<Runnable>();
    api.dispatcher.behaviour =
        (request, listener) -> {
          var report = api.dispatcher.report(request);
          var end = new dev.penstock.router.dispatch.InferenceOutcome.Expired("late");
          late.complete(
              () ->
                  listener.accept(
                      new dev.penstock.router.dispatch.InferenceOutcome(
                          end, java.util.List.of(report), 0)));
          return (Admission.Admitted) () -> api.dispatcher.cancelling.complete("cancelled");
        };
    try (RawClient client = api.raw()) {
      client.send(request(BASE64));
      late.get(10, TimeUnit.SECONDS);
    }
    api.dispatcher.cancelling.get(10, TimeUnit.SECONDS);
    late.get().run();
    assertThat(api.logged().getInteger("status")).isEqualTo(499);
    assertThat(api.get("/healthz").status()).isEqualTo(200);
    assertThat(api.logged().getInteger("status")).isEqualTo(200);
  }

  @Test
  void a_client_that_leaves_in_the_middle_of_its_body_is_only_logged() {
    try (RawClient client = api.raw()) {
      client.send(RawClient.head("POST /coco/1", "Content-Length: 1000") + "abc");
    }
    JsonObject line = api.logged();
    assertThat(line.getInteger("status")).isEqualTo(499);
    assertThat(api.dispatcher.requests).isEmpty();
  }

  @Test
  void a_truncated_multipart_body_is_an_error() {
    try (RawClient client = api.raw()) {
      String body =
          "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc";
      client.send(
          "POST /coco/1 HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      assertThat(client.read().status()).isEqualTo(400);
    }
  }

  @Test
  void the_connection_is_kept_after_errors() {
    try (RawClient client = api.raw()) {
      client.send(request("@@@"));
      assertThat(client.read().status()).isEqualTo(400);
      client.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(404);
      client.send("POST /a/b/c HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
      assertThat(client.read().status()).isEqualTo(405);
      client.send("GET /%zz/1 HTTP/1.1\r\nHost: a\r\n\r\n");
      var unreadable = client.read();
      assertThat(unreadable.status()).isEqualTo(400);
      assertThat(unreadable.headers()).containsKey("x-request-id");
      client.send(request(BASE64));
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /healthz HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\n Transfer-Encoding: chunked\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b c\r\n\r\n"
      })
  void a_request_that_does_not_say_to_whom_it_goes_is_no_failure_of_ours(String request) {
    try (RawClient client = api.raw()) {
      var response = client.send(request).read();
      assertThat(response.status()).isIn(200, 400);
      assertThat(response.headers()).containsKey("x-request-id");
    }
  }

  @Test
  void an_encoding_of_the_body_that_nobody_knows_ends_the_connection() {
    try (RawClient client = api.raw()) {
      client.send(
          RawClient.head("POST /nothing", "Transfer-Encoding: xchunked") + "GET /healthz HTTP/1.1");
      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void pipelined_requests_are_answered_in_their_order() {
    try (RawClient client = api.raw()) {
      client.send(request(BASE64) + request("@@@") + "GET /info HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.read().body()).contains("Penstock");
    }
  }

  @Test
  void what_is_no_http_is_answered_with_the_headers_of_every_answer() {
    try (RawClient client = api.raw()) {
      client.send("GET /" + "x".repeat(40_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
      var response = client.read();
      assertThat(response.status()).isEqualTo(414);
      assertThat(response.headers()).containsKeys("x-processing-time", "x-request-id");
    }
    try (RawClient client = api.raw()) {
      client.send("GET /info HTTP/1.1\r\nX-Long: " + "x".repeat(60_000) + "\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(431);
    }
  }

  @Test
  void a_client_that_leaves_while_its_large_body_is_decoded_reaches_no_worker() {
    api.dispatcher.hangs();
    try (RawClient client = api.raw()) {
      client.send(request("A".repeat(199_999)));
    }
    assertThat(api.logged().getInteger("status")).isEqualTo(499);
    assertThat(api.dispatcher.cancelled.get()).isEqualTo(api.dispatcher.requests.size());
  }

  @Test
  void while_draining_answers_close_their_connections() {
    try (RawClient client = api.raw()) {
      client.send(request(BASE64));
      assertThat(client.read().headers()).doesNotContainKey("connection");
      api.api.drain();
      client.send(request(BASE64));
      var response = client.read();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.headers()).containsEntry("connection", "close");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void old_clients_are_answered_and_closed() {
    try (RawClient client = api.raw()) {
      client.send("GET /healthz HTTP/1.0\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void a_half_closed_request_is_still_answered_or_cancelled_but_never_hangs() {
    try (RawClient client = api.raw()) {
      client.send(request(BASE64));
      client.halfClose();
      JsonObject line = api.logged();
      assertThat(line.getInteger("status")).isIn(200, 499);
      assertThat(Duration.ofMillis(line.getDouble("total_ms").longValue()))
          .isLessThan(Duration.ofSeconds(5));
    }
  }

  private static String request(String body) {
    return RawClient.head("POST /coco/1?api_key=secret", "Content-Length: " + body.length()) + body;
  }
}
