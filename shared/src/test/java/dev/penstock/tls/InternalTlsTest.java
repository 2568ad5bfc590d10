package dev.penstock.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.CertificateFiles;
import dev.penstock.config.MutualTls;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real handshakes over the loopback address, to whatever host the other side calls itself. */
final class InternalTlsTest {
  private static final Vertx VERTX = Vertx.vertx();

  @TempDir Path folder;
  private PemFiles pem;
  private @Nullable HttpServer server;

  @BeforeEach
  void make() throws Exception {
    pem = new PemFiles(folder.resolve("own"));
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.close().await(60, TimeUnit.SECONDS);
    }
  }

  @AfterAll
  static void close() throws Exception {
    VERTX.close().await(60, TimeUnit.SECONDS);
  }

  private void serve(MutualTls files) throws Exception {
    var config = new HttpServerConfig().setVersions(Set.of(HttpVersion.HTTP_1_1));
    server =
        VERTX
            .createHttpServer(config, InternalTls.load(files).server())
            .requestHandler(request -> request.response().end("a payload"))
            .listen(0, "127.0.0.1")
            .await(60, TimeUnit.SECONDS);
  }

  private String call(ClientSSLOptions options) throws Exception {
    var client =
        VERTX
            .httpClientBuilder()
            .with(new HttpClientConfig().setSsl(true).setVersions(List.of(HttpVersion.HTTP_1_1)))
            .with(options)
            .build();
    int port = server == null ? 0 : server.actualPort();
    try {
      return client
          .request(new RequestOptions().setHost("127.0.0.1").setPort(port))
          .compose(request -> request.send())
          .compose(response -> response.body())
          .map(Buffer::toString)
          .await(60, TimeUnit.SECONDS);
    } finally {
      client.close().await(60, TimeUnit.SECONDS);
    }
  }

  private String call(MutualTls files) throws Exception {
    return call(InternalTls.load(files).client());
  }

  @Test
  void those_of_one_installation_understand_each_other() throws Exception {
    serve(pem.router());

    assertThat(call(pem.worker())).isEqualTo("a payload");
  }

  @Test
  void who_shows_no_certificate_is_not_heard() throws Exception {
    serve(pem.router());
    ClientSSLOptions nothing = InternalTls.load(pem.worker()).client().setKeyCertOptions(null);

    assertThatThrownBy(() -> call(nothing))
        .hasStackTraceContaining("Received fatal alert: bad_certificate");
  }

  @Test
  void who_shows_a_certificate_of_another_authority_is_not_heard() throws Exception {
    serve(pem.router());
    MutualTls foreign = new PemFiles(folder.resolve("other")).worker();
    var trusting = new MutualTls(foreign.own(), pem.router().authority());

    assertThatThrownBy(() -> call(trusting))
        .hasStackTraceContaining("Received fatal alert: bad_certificate");
  }

  @Test
  void a_router_of_another_authority_gets_nothing_of_a_worker() throws Exception {
    serve(new PemFiles(folder.resolve("other")).router());

    assertThatThrownBy(() -> call(pem.worker()))
        .hasStackTraceContaining("PKIX path building failed");
  }

  @Test
  void the_certificate_of_a_worker_makes_no_router() throws Exception {
    serve(pem.worker());

    assertThatThrownBy(() -> call(pem.worker()))
        .hasStackTraceContaining("Extended key usage does not permit use for TLS server");
  }

  @Test
  void the_certificate_of_a_public_listener_makes_no_router() throws Exception {
    CertificateFiles shop = pem.server("server", "127.0.0.1", "router.example.org");
    serve(new MutualTls(shop, pem.router().authority()));

    assertThatThrownBy(() -> call(pem.worker()))
        .hasStackTraceContaining("the certificate is no router's");
  }

  @Test
  void the_certificate_of_a_router_makes_no_worker() throws Exception {
    serve(pem.router());

    assertThatThrownBy(() -> call(pem.router()))
        .hasStackTraceContaining("Received fatal alert: certificate_unknown");
  }

  @Test
  void a_certificate_that_is_over_is_not_heard() throws Exception {
    Instant longAgo = Instant.now().minus(Duration.ofDays(2000));
    serve(pem.router());
    MutualTls old = new PemFiles(folder.resolve("own"), longAgo).worker();

    assertThatThrownBy(() -> call(old)).hasStackTraceContaining("Received fatal alert");
  }

  @Test
  void the_authority_may_be_what_ends_first() throws Exception {
    Instant longAgo = Instant.now().minus(Duration.ofDays(3600));
    MutualTls fresh = pem.worker();
    Path oldAuthority = new PemFiles(folder.resolve("old"), longAgo).worker().authority();

    assertThat(InternalTls.load(new MutualTls(fresh.own(), oldAuthority)).expires())
        .isBefore(InternalTls.load(fresh).expires());
  }
}
