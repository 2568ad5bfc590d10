package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static io.vertx.core.http.HttpVersion.HTTP_1_1;
import static io.vertx.core.http.HttpVersion.HTTP_2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.CertificateFiles;
import dev.penstock.config.StartupException;
import dev.penstock.router.admission.Devices;
import dev.penstock.router.api.connection.UntakenAnswers;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.FakeTicker;
import dev.penstock.telemetry.AccessLog;
import dev.penstock.telemetry.Ticker;
import dev.penstock.tls.CertificateFolder;
import dev.penstock.tls.PrivateAuthority;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The public listener over TLS, to clients that speak HTTP/2 and such that do not. */
@Timeout(60)
final class SecureListenerTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final int LIMIT = 100_000;

  @TempDir static Path path;
  private PrivateAuthority authority;
  private CertificateFolder folder;
  private TestApi api;

  @BeforeEach
  void start() throws Exception {
    folder = new CertificateFolder(path);
    authority = folder.authority(Instant.now());
    renew();
    api = new TestApi(settings());
  }

  private void renew() throws Exception {
    folder.keep("server", authority.server(List.of("localhost", "127.0.0.1")));
  }

  private TestApi.Settings settings() {
    var settings = new TestApi.Settings();
    settings.tls = new CertificateFiles(folder.certificate("server"), folder.key("server"));
    settings.maxBody = LIMIT;
    settings.timeout = Duration.ofSeconds(3);
    return settings;
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @AfterAll
  static void close() throws Exception {
    VERTX.close().await(10, TimeUnit.SECONDS);
  }

  private SecureClient client(HttpVersion... versions) throws Exception {
    return new SecureClient(VERTX, api.port, folder.certificate("ca"), versions);
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void serves_what_the_client_speaks(HttpVersion version) throws Exception {
    try (SecureClient client = client(version)) {
      var reply = client.post("/coco/1", BASE64);

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.head().version()).isEqualTo(version);
      assertThat(reply.head().headers().get("X-Model-Id")).isEqualTo("coco/1");
      assertThat(reply.head().headers().contains("X-Queue-Time")).isTrue();
    }
  }

  @Test
  void prefers_http2() throws Exception {
    try (SecureClient client = client(HTTP_2, HTTP_1_1)) {
      assertThat(client.get("/healthz").head().version()).isEqualTo(HTTP_2);
    }
  }

  @Test
  void does_not_speak_to_clients_without_tls() {
    try (RawClient client = new RawClient(api.port)) {
      client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void a_cancelled_request_costs_its_own_job_and_no_other() throws Exception {
    var admitted = new CompletableFuture<Void>();
    var requests = new AtomicInteger();
    var answering = api.dispatcher.behaviour;
    api.dispatcher.behaviour =
        (request, listener) -> {
          if (requests.incrementAndGet() > 1) {
            return answering.apply(request, listener);
          }
          admitted.complete(null);
          return (Admission.Admitted) () -> api.dispatcher.cancelling.complete("cancelled");
        };
    try (SecureClient client = client(HTTP_2)) {
      HttpClientRequest hanging = client.request(HttpMethod.POST, "/coco/1");
      var unused = hanging.end(Buffer.buffer(BASE64));
      admitted.get(10, TimeUnit.SECONDS);

      hanging.reset(8).await(10, TimeUnit.SECONDS);

      assertThat(api.dispatcher.cancelling.get(10, TimeUnit.SECONDS)).isEqualTo("cancelled");
      JsonObject gone = api.logged();
      assertThat(gone.getInteger("status")).isEqualTo(499);
      assertThat(client.post("/coco/1", BASE64).status()).isEqualTo(200);
    }
  }

  @Test
  void a_connection_that_breaks_costs_all_its_jobs() throws Exception {
    api.dispatcher.hangs();
    SecureClient client = client(HTTP_2);
    for (int i = 0; i < 3; i++) {
      var unused = client.request(HttpMethod.POST, "/coco/1").end(Buffer.buffer(BASE64));
      assertThat(api.dispatcher.requests.poll(10, TimeUnit.SECONDS)).isNotNull();
    }
    client.close();
    for (int i = 0; i < 3; i++) {
      assertThat(api.logged().getInteger("status")).isEqualTo(499);
    }
    assertThat(api.dispatcher.cancelled).hasValue(3);
  }

  @Test
  void a_body_over_the_limit_is_refused_and_its_connection_goes_on() throws Exception {
    try (SecureClient client = client(HTTP_2)) {
      assertThat(client.post("/coco/1", "A".repeat(LIMIT + 50_000)).status()).isEqualTo(413);
      assertThat(client.post("/coco/1", BASE64).status()).isEqualTo(200);
    }
  }

  @Test
  void a_body_without_end_is_refused_and_cut_off_and_its_connection_goes_on() throws Exception {
    try (SecureClient client = client(HTTP_2)) {
      HttpClientRequest endless = client.request(HttpMethod.POST, "/coco/1");
      var cut = new CompletableFuture<Throwable>();
      endless.exceptionHandler(cut::complete);
      var refusal = endless.response();
      for (int sent = 0; sent < 20 * LIMIT && !cut.isDone(); sent += LIMIT / 10) {
        var unused = endless.write(Buffer.buffer(new byte[LIMIT / 10]));
      }
      assertThat(refusal.await(10, TimeUnit.SECONDS).statusCode()).isEqualTo(413);
      assertThat(cut.get(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(client.post("/coco/1", BASE64).status()).isEqualTo(200);
    }
  }

  @Test
  void a_body_that_stalls_is_answered_and_its_connection_goes_on() throws Exception {
    try (SecureClient client = client(HTTP_2)) {
      HttpClientRequest stalled = client.request(HttpMethod.POST, "/coco/1");
      stalled.write(Buffer.buffer("abc")).await(10, TimeUnit.SECONDS);

      assertThat(SecureClient.reply(stalled).status()).isEqualTo(408);
      assertThat(client.post("/coco/1", BASE64).status()).isEqualTo(200);
    }
  }

  @Test
  void a_body_that_is_announced_and_too_large_is_refused_before_it_comes() throws Exception {
    try (SecureClient client = client(HTTP_2)) {
      HttpClientRequest careful = client.request(HttpMethod.POST, "/coco/1");
      careful.putHeader("Expect", "100-continue");
      careful.putHeader("Content-Length", Integer.toString(LIMIT + 1));
      var asked = new AtomicInteger();
      careful.continueHandler(continued -> asked.incrementAndGet());
      careful.writeHead().await(10, TimeUnit.SECONDS);

      assertThat(SecureClient.reply(careful).status()).isEqualTo(413);
      assertThat(asked).hasValue(0);
      assertThat(client.post("/coco/1", BASE64).status()).isEqualTo(200);
    }
  }

  @Test
  void a_body_that_is_announced_is_asked_for() throws Exception {
    try (SecureClient client = client(HTTP_2)) {
      HttpClientRequest careful = client.request(HttpMethod.POST, "/coco/1");
      careful.putHeader("Expect", "100-continue");
      careful.putHeader("Content-Length", Integer.toString(BASE64.length()));
      careful.continueHandler(
          continued -> {
            var unused = careful.end(Buffer.buffer(BASE64));
          });
      careful.writeHead().await(10, TimeUnit.SECONDS);

      assertThat(SecureClient.reply(careful).status()).isEqualTo(200);
    }
  }

  @Test
  void a_leaving_router_answers_and_sends_the_connection_away() throws Exception {
    try (SecureClient client = client(HTTP_2)) {
      var away = new CompletableFuture<GoAway>();
      client.connection().goAwayHandler(away::complete);
      api.api.drain();

      var reply = client.post("/coco/1", BASE64);

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.head().headers().contains("Connection")).isFalse();
      assertThat(away.get(10, TimeUnit.SECONDS).getErrorCode()).isZero();
    }
  }

  @Test
  void heads_over_the_limit_are_refused() throws Exception {
    try (SecureClient client = client(HTTP_2)) {
      HttpClientRequest large = client.request(HttpMethod.GET, "/healthz");
      large.putHeader("X-Large", "x".repeat(60_000));
      var unused = large.end();
      assertThatThrownBy(() -> SecureClient.reply(large)).isNotNull();
    }
    assertThat(api.accessLog).isEmpty();
  }

  @Test
  void shows_a_new_certificate_to_new_connections_and_goes_on_with_old_ones() throws Exception {
    try (SecureClient before = client(HTTP_2, HTTP_1_1)) {
      Certificate old = shown(before);
      renew();
      Certificate fresh = awaitAnother(old);

      assertThat(before.get("/healthz").status()).isEqualTo(200);
      assertThat(shown(before)).isEqualTo(old);
      Files.writeString(folder.key("server"), "broken");
      try (SecureClient after = client(HTTP_2, HTTP_1_1)) {
        assertThat(shown(after)).isEqualTo(fresh);
        assertThat(after.get("/healthz").head().version())
            .describedAs("what was negotiated before is negotiated again")
            .isEqualTo(HTTP_2);
      }
    }
  }

  private Certificate awaitAnother(Certificate old) throws Exception {
    while (true) {
      try (SecureClient client = client(HTTP_2, HTTP_1_1)) {
        if (!shown(client).equals(old)) {
          return shown(client);
        }
      }
    }
  }

  private static Certificate shown(SecureClient client) throws Exception {
    return client.connection().peerCertificates().get(0);
  }

  @Test
  void does_not_start_with_a_key_that_is_not_its_certificates() throws Exception {
    folder.keep("other", authority.server(List.of("localhost")));
    var settings = settings();
    settings.tls = new CertificateFiles(folder.certificate("server"), folder.key("other"));
    var log = AccessLog.create(settings.form, line -> {});
    PublicApi broken = TestApi.create(VERTX, settings, new FakeDispatcher(Ticker.SYSTEM), log);

    assertThatThrownBy(() -> broken.listen().await(10, TimeUnit.SECONDS))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("--tls-cert and --tls-key: The key in ");
    broken.close().await(10, TimeUnit.SECONDS);
    log.close();
  }

  /** Of what a header must not hold, HTTP/2 would let more through than HTTP/1.1. */
  @Test
  void a_request_id_that_is_none_is_not_echoed() throws Exception {
    try (SecureClient client = client(HTTP_2)) {
      HttpClientRequest request = client.request(HttpMethod.GET, "/healthz");
      request.putHeader(
          "X-Request-ID", new String(new byte[] {'a', (byte) 0xe4}, StandardCharsets.ISO_8859_1));
      var unused = request.end();
      assertThat(SecureClient.reply(request).head().getHeader("X-Request-ID"))
          .matches("[0-9a-f]{32}");
    }
  }

  @Test
  void an_answer_that_is_not_taken_is_broken_off_alone() throws Exception {
    api.close();
    var ticker = new FakeTicker();
    TestApi.Settings settings = settings();
    settings.ticker = ticker;
    api = new TestApi(settings);
    int length = 5_000_000;
    api.dispatcher.answers(FakeDispatcher.EMPTY, new byte[length]);
    var idle = new Devices(1, false);
    try (SecureClient client = client(HTTP_2);
        SecureClient other = client(HTTP_2)) {
      HttpClientRequest untaken = client.request(HttpMethod.POST, "/coco/1?format=image");
      untaken.response().onSuccess(head -> head.pause());
      var unused = untaken.end(Buffer.buffer(BASE64));
      while (api.admission.status(idle).bytes() < length) {
        Thread.onSpinWait();
      }
      assertThat(other.post("/coco/1?format=image", BASE64).body()).hasSize(length);
      ticker.advanceMillis(UntakenAnswers.STILL.toMillis());
      while (api.admission.status(idle).bytes() > 0) {
        Thread.onSpinWait();
      }

      assertThat(client.get("/healthz").status()).describedAs("same connection").isEqualTo(200);
    }
  }
}
