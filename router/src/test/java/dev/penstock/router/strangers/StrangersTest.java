package dev.penstock.router.strangers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.CertificateFiles;
import dev.penstock.config.MutualTls;
import dev.penstock.telemetry.Ticker;
import dev.penstock.tls.CertificateFolder;
import dev.penstock.tls.InternalTls;
import dev.penstock.tls.PrivateAuthority;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real listeners and those who come to them by mistake. */
@Timeout(30)
final class StrangersTest {
  private static final Logger LOGGER = Logger.getLogger(Strangers.class.getName());

  @TempDir Path folder;
  private final LinkedBlockingQueue<LogRecord> said = new LinkedBlockingQueue<>();
  private final Vertx vertx = Vertx.vertx();
  private final Handler handler = new Listening();

  private final class Listening extends Handler {
    @Override
    public void publish(LogRecord record) {
      said.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen() {
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void close() throws Exception {
    LOGGER.removeHandler(handler);
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({
    "PUBLIC, CP2, speaks to the public port as workers and routers speak to the cluster port",
    "PUBLIC, HZC, its --join names the wrong port",
    "INTERNAL, CP2, speaks to the internal port as workers and routers speak to the cluster port",
    "INTERNAL, HZC, The cluster port is 5701 unless --cluster-port says otherwise",
    "INTERNAL, '\u0016\u0003\u0001', 'speaks TLS to the internal port, and this router has no certificate'"
  })
  void who_speaks_as_one_does_elsewhere_is_named(Listener listener, String first, String sentence)
      throws Exception {
    int port = serve(listener, null);

    say(port, first + "\0\0\0 and more\r\n\r\n");

    assertThat(sentence()).startsWith("127.0.0.1:").contains(sentence);
  }

  @Test
  void who_is_right_is_served_and_not_mentioned() throws Exception {
    int port = serve(Listener.PUBLIC, null);

    assertThat(say(port, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        .isEqualTo("HTTP/1.1 200");
    assertThat(said).isEmpty();
  }

  @Test
  void what_is_said_again_and_again_is_logged_once_a_minute() throws Exception {
    int port = serve(Listener.PUBLIC, null);

    for (int i = 0; i < 20; i++) {
      say(port, "CP2 again\r\n\r\n");
    }

    assertThat(said).hasSize(1);
  }

  @Test
  void without_a_certificate_is_told_apart_from_the_wrong_port() throws Exception {
    int port = serve(Listener.INTERNAL, ours().server());

    say(port, "GET /healthz HTTP/1.1\r\n\r\n");
    assertThat(sentence()).contains("comes to the internal port without a certificate");

    say(port, "CP2\0\0\0\0\0");
    assertThat(sentence()).contains("its --join names the wrong port");
  }

  @Test
  void tls_without_a_certificate_is_not_let_in() throws Exception {
    int port = serve(Listener.INTERNAL, ours().server());

    call(port, new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm(""));

    assertThat(sentence()).contains("with TLS and without a certificate that is good here");
  }

  @Test
  void a_certificate_of_another_authority_is_a_wrong_one() throws Exception {
    int port = serve(Listener.INTERNAL, ours().server());

    call(port, tls("theirs", "worker").client().setTrustOptions(null).setTrustAll(true));

    assertThat(sentence()).contains("with TLS and without a certificate that is good here");
  }

  @Test
  void who_does_not_believe_ours_is_named() throws Exception {
    int port = serve(Listener.INTERNAL, ours().server());

    call(port, tls("theirs", "worker").client());

    assertThat(sentence())
        .contains("does not believe the certificate that the internal port shows");
  }

  private InternalTls ours() throws Exception {
    return tls("ours", "router");
  }

  private InternalTls tls(String installation, String role) throws Exception {
    var files = new CertificateFolder(folder.resolve(installation));
    PrivateAuthority authority = files.authority(Instant.now());
    files.keep("router", authority.router());
    files.keep("worker", authority.worker());
    return InternalTls.load(
        new MutualTls(
            new CertificateFiles(files.certificate(role), files.key(role)),
            files.certificate("ca")));
  }

  private int serve(Listener listener, @Nullable ServerSSLOptions tls) throws Exception {
    var strangers = new Strangers(listener, Ticker.SYSTEM);
    var config =
        new HttpServerConfig(
            new HttpServerOptions().setSsl(tls != null).setHttp2ClearTextEnabled(false));
    HttpServer server =
        tls == null ? vertx.createHttpServer(config) : vertx.createHttpServer(config, tls);
    return server
        .connectionHandler(strangers::opened)
        .exceptionHandler(strangers::failed)
        .requestHandler(request -> request.response().end("hello"))
        .listen(0, "127.0.0.1")
        .await(10, TimeUnit.SECONDS)
        .actualPort();
  }

  /** Says that and returns the answer; how the other side hangs up is its own business. */
  private static String say(int port, String text) throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
    }
  }

  private void call(int port, ClientSSLOptions tls) throws Exception {
    HttpClientAgent client =
        vertx.httpClientBuilder().with(new HttpClientConfig().setSsl(true)).with(tls).build();
    try {
      client
          .request(HttpMethod.GET, port, "127.0.0.1", "/")
          .compose(request -> request.send())
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertThat(e).isNotNull(); // it is meant to fail
    }
  }

  private String sentence() throws InterruptedException {
    LogRecord record = said.poll(10, TimeUnit.SECONDS);
    assertThat(record).as("something was said").isNotNull();
    assertThat(record.getLevel()).isEqualTo(Level.WARNING);
    return record.getMessage();
  }
}
