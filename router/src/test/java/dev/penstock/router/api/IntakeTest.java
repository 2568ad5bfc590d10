package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static dev.penstock.router.api.TestApi.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.Devices;
import dev.penstock.router.admission.Line;
import dev.penstock.router.admission.Priority;
import dev.penstock.router.api.RawClient.Response;
import dev.penstock.router.dispatch.Admission;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before the body comes, and what becomes of those that wait or hang up. */
@Timeout(60)
class IntakeTest {
  private static final int BODY = 150_000;

  private TestApi api;

  @BeforeEach
  void start() {
    var settings = new TestApi.Settings();
    settings.maxBytes = 400_000;
    api = new TestApi(settings);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static String head(long length, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return "POST /coco/1 HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: "
        + length
        + "\r\n"
        + more
        + "\r\n";
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private long bytes() {
    return api.admission.status(new Devices(0, false)).bytes();
  }

  private void refuse() {
    api.dispatcher.refusal = Optional.of(new Admission.TooMuch(7, "Too much now."));
  }

  @Test
  void what_is_too_much_is_refused_before_its_body_comes() {
    refuse();
    try (RawClient client = api.raw()) {
      client.send(head(BODY));
      Response response = client.read();
      assertThat(response.status()).isEqualTo(429);
      assertThat(response.headers()).containsEntry("retry-after", "7");
      assertThat(response.body()).isEqualTo("{\"message\":\"Too much now.\"}");
      assertThat(bytes()).isZero();
    }
    assertThat(api.dispatcher.requests).isEmpty();
  }

  @Test
  void the_connection_goes_on_after_the_body_that_nobody_wanted() {
    refuse();
    try (RawClient client = api.raw()) {
      client.send(head(BODY));
      assertThat(client.read().status()).isEqualTo(429);
      api.dispatcher.refusal = Optional.empty();
      client.send(new byte[BODY]).send(head(BASE64.length())).send(BASE64);
      Response next = client.read();
      assertThat(next.status()).isEqualTo(200);
      assertThat(next.headers()).doesNotContainKey("connection");
    }
  }

  @Test
  void a_refused_body_in_chunks_is_dropped_as_well() {
    refuse();
    try (RawClient client = api.raw()) {
      client.send(RawClient.head("POST /coco/1", "Transfer-Encoding: chunked"));
      assertThat(client.read().status()).isEqualTo(429);
      api.dispatcher.refusal = Optional.empty();
      client.send("3\r\nabc\r\n0\r\n\r\n").send(head(BASE64.length())).send(BASE64);
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void a_client_that_asks_first_is_refused_without_its_body() {
    refuse();
    try (RawClient client = api.raw()) {
      client.send(head(BODY, "Expect: 100-continue"));
      Response response = client.read();
      assertThat(response.status()).isEqualTo(429);
      assertThat(response.headers()).containsEntry("connection", "close");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void what_cannot_be_served_is_503_before_its_body_comes() {
    api.dispatcher.refusal = Optional.of(new Admission.CannotServe(2, "No worker."));
    try (RawClient client = api.raw()) {
      client.send("POST /infer/object_detection HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n");
      Response response = client.read();
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.headers()).containsEntry("retry-after", "2");
    }
  }

  @Test
  void a_key_that_may_come_with_the_body_is_not_guessed() {
    api.post("/coco/1", BASE64, "Content-Type", "text/plain", "X-Priority", "high");
    assertThat(api.dispatcher.glances.poll())
        .isEqualTo(new Line(Caller.ANONYMOUS, Priority.HIGH, "digest-of-coco/1"));
    api.post("/infer/object_detection", "{}");
    assertThat(api.dispatcher.glances.poll()).isEqualTo(new Line(null, Priority.NORMAL, null));
  }

  @Test
  void what_would_never_be_right_is_said_before_what_is_not_now() {
    refuse();
    try (RawClient client = api.raw()) {
      client.send(head(1_000_000));
      assertThat(client.read().status()).isEqualTo(413);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "0", "-1", "61", "1e1", "99999999999999999999"})
  void a_time_limit_that_is_none_is_refused_and_the_connection_goes_on(String header) {
    try (RawClient client = api.raw()) {
      client.send(head(BASE64.length(), "X-Request-Timeout: " + header)).send(BASE64);
      Response response = client.read();
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.body()).contains("X-Request-Timeout: '").contains("at most 60");
      client.send(head(BASE64.length(), "X-Request-Timeout: 1.5")).send(BASE64);
      assertThat(client.read().status()).isEqualTo(200);
    }
    assertThat(api.dispatcher.requests)
        .singleElement()
        .satisfies(request -> assertThat(request.timeout()).isEqualTo(Duration.ofMillis(1_500)));
  }

  @Test
  void without_a_time_limit_the_servers_own_holds() {
    api.post("/coco/1", BASE64, "Content-Type", "text/plain");
    assertThat(api.dispatcher.requests)
        .singleElement()
        .satisfies(request -> assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(10)));
  }

  @Test
  void a_body_that_takes_longer_than_the_request_may_is_answered_then() {
    try (RawClient client = api.raw()) {
      client.send(head(BODY, "X-Request-Timeout: 0.3")).send("only this");
      Response response = client.read();
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.body()).contains("not complete after 0.3 s");
      assertThat(Double.parseDouble(response.headers().get("x-processing-time")))
          .isBetween(0.3, 5.0);
      assertThat(client.ended()).isTrue();
    }
    assertThat(bytes()).isZero();
  }

  @Test
  void an_image_that_is_not_fetched_in_time_is_504_then() throws Exception {
    try (var source = new StallingSource(api)) {
      var reply = api.get(source.path(), "X-Request-Timeout", "2");
      assertThat(reply.status()).isEqualTo(504);
      assertThat(reply.message()).contains("not answered within 2 s");
      source.awaitClosed();
    }
    assertThat(bytes()).isZero();
    assertThat(api.dispatcher.requests).isEmpty();
  }

  @Test
  void a_client_that_hangs_up_while_its_image_is_fetched_is_forgotten_at_once() throws Exception {
    try (var source = new StallingSource(api)) {
      try (RawClient client = api.raw()) {
        client.send("GET " + source.path() + " HTTP/1.1\r\nHost: a\r\n\r\n");
        source.awaitAsked();
      }
      assertThat(api.logged().getInteger("status")).isEqualTo(499);
      source.awaitClosed();
    }
    assertThat(bytes()).isZero();
  }

  @Test
  void a_client_that_hangs_up_in_the_middle_of_its_body_gives_its_memory_back() {
    try (RawClient client = api.raw()) {
      client.send(head(BODY)).send("abc");
      await(() -> bytes() == BODY);
    }
    assertThat(api.logged().getInteger("status")).isEqualTo(499);
    assertThat(bytes()).isZero();
  }

  @Test
  void memory_is_reserved_by_the_declared_length() {
    try (RawClient first = api.raw();
        RawClient second = api.raw();
        RawClient third = api.raw()) {
      first.send(head(BODY));
      second.send(head(BODY));
      await(() -> bytes() == 2 * BODY);
      third.send(head(BODY));
      Response refused = third.read();
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.body()).contains("memory");
      assertThat(Integer.parseInt(refused.headers().get("retry-after"))).isPositive();
      first.send("A".repeat(BODY));
      assertThat(first.read().status()).isEqualTo(200);
      third.send(new byte[BODY]).send(head(BODY)).send("A".repeat(BODY));
      assertThat(third.read().status()).isEqualTo(200);
      second.send("A".repeat(BODY));
      assertThat(second.read().status()).isEqualTo(200);
    }
    assertThat(bytes()).isZero();
  }

  @Test
  void memory_of_a_body_in_chunks_is_reserved_as_it_grows() {
    try (RawClient declared = api.raw();
        RawClient chunked = api.raw()) {
      declared.send(head(BODY));
      declared.send("A".repeat(1_000));
      await(() -> bytes() == BODY);
      chunked.send(RawClient.head("POST /coco/1", "Transfer-Encoding: chunked"));
      chunked.send(Integer.toHexString(BODY) + "\r\n").send("A".repeat(BODY) + "\r\n");
      await(() -> bytes() > 2 * BODY);
      chunked.send("0\r\n\r\n");
      assertThat(chunked.read().status()).isEqualTo(200);
      assertThat(bytes()).isEqualTo(BODY);
    }
  }

  @Test
  void while_a_request_waits_only_its_image_is_kept() throws Exception {
    api.dispatcher.hangs();
    try (RawClient client = api.raw()) {
      client.send(head(BASE64.length())).send(BASE64);
      assertThat(api.dispatcher.requests.poll(10, TimeUnit.SECONDS)).isNotNull();
      await(() -> bytes() == IMAGE.length);
    }
    assertThat(api.logged().getInteger("status")).isEqualTo(499);
    assertThat(bytes()).isZero();
  }

  /** Serves an image that never comes. */
  private static final class StallingSource implements AutoCloseable {
    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final HttpServer server;

    StallingSource(TestApi api) throws Exception {
      server =
          api.vertx
              .createHttpServer()
              .requestHandler(
                  request -> {
                    request.connection().closeHandler(gone -> closed.complete(null));
                    request.response().setChunked(true).write("\u00ff\u00d8");
                    asked.complete(null);
                  })
              .listen(0, "127.0.0.1")
              .await(10, TimeUnit.SECONDS);
    }

    String path() {
      return "/coco/1?image_type=url&image=http%3A%2F%2F127.0.0.1%3A"
          + server.actualPort()
          + "%2Fimage.jpg";
    }

    void awaitAsked() throws Exception {
      asked.get(10, TimeUnit.SECONDS);
    }

    void awaitClosed() throws Exception {
      closed.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      server.close().await();
    }
  }
}
