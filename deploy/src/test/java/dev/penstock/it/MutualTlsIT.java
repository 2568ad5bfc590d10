package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RawConnection;
import dev.penstock.it.kit.RouterProcess;
import dev.penstock.tls.CertificateFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routers and workers that talk to certificate holders alone. */
final class MutualTlsIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static CertificateFolder own;
  private static RouterProcess router;
  private static PenstockProcess worker;
  private static Path nothing;

  @BeforeAll
  static void start() throws Exception {
    own = certificates("own");
    nothing = Files.createDirectory(CLUSTER.folder().resolve("nothing"));
    router = CLUSTER.router(options(own, "router").toArray(String[]::new));
    worker = worker("w1", own);
    worker.awaitReady();
  }

  private static CertificateFolder certificates(String name) throws Exception {
    Path path = Files.createDirectories(CLUSTER.folder().resolve(name));
    var folder = new CertificateFolder(path);
    sign(folder);
    return folder;
  }

  private static void sign(CertificateFolder folder) throws Exception {
    var authority = folder.authority(Instant.now());
    folder.keep("router", authority.router());
    folder.keep("worker", authority.worker());
  }

  private static List<String> options(CertificateFolder folder, String name) {
    return List.of(
        "--internal-tls-cert",
        folder.certificate(name).toString(),
        "--internal-tls-key",
        folder.key(name).toString(),
        "--internal-tls-ca",
        folder.certificate("ca").toString());
  }

  /** It has no models of its own: what it serves has come over the channel. */
  private static PenstockProcess worker(String id, CertificateFolder folder) {
    return worker(id, options(folder, "worker"));
  }

  private static PenstockProcess worker(String id, List<String> tls) {
    List<String> rest =
        List.of(
            "--models",
            nothing.toString(),
            "--cache",
            CLUSTER.folder().resolve("cache-of-" + id).toString(),
            "--device",
            "cpu",
            "--join-timeout",
            "8s");
    return CLUSTER.worker(
        id, router, Stream.concat(tls.stream(), rest.stream()).toArray(String[]::new));
  }

  @Test
  void pictures_answers_and_models_travel_between_certificate_holders() {
    assertThat(router.client().detect(Picture.ROCKET).status()).isEqualTo(200);
    assertThat(router.client().detect(Picture.ASTRONAUT).classes()).contains("person");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /claims HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
        "POST /results HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
        "GET /packages/any HTTP/1.1\r\nHost: a\r\n\r\n",
        """
        GET /control HTTP/1.1\r
        Host: a\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        \r
        """
      })
  void who_has_no_certificate_is_not_even_answered(String request) {
    try (var connection = new RawConnection(URI.create("http://" + router.internal()))) {
      assertThat(connection.say(request).endAndHear()).doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void strangers_are_not_let_in_and_say_so() throws Exception {
    PenstockProcess bare = worker("bare", List.of());
    PenstockProcess foreign = worker("foreign", certificates("foreign"));
    PenstockProcess posing = worker("posing-as-a-router", options(own, "router"));

    assertNotLetIn(bare, "this worker has none: give --internal-tls-cert");
    assertNotLetIn(foreign, "its certificate is not good");
    assertNotLetIn(posing, "it does not take this worker's certificate");
    assertThat(router.process().log())
        .contains("comes to the internal port without a certificate and is not let in")
        .contains("does not believe the certificate that the internal port shows")
        .contains("with TLS and without a certificate that is good here");
  }

  private static void assertNotLetIn(PenstockProcess stranger, String reason) {
    assertThat(stranger.awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
    assertThat(stranger.log())
        .contains("The internal listener of router")
        .contains(reason)
        .contains("No router was reached at");
    assertThat(router.client().get("/status").body()).doesNotContain(stranger.name());
  }

  @Test
  void new_certificates_are_taken_over_and_nobody_notices() throws Exception {
    sign(own);
    for (PenstockProcess process : List.of(router.process(), worker)) {
      Await.until(
          () -> process.name() + " takes them over\n" + process.log(),
          Duration.ofSeconds(30),
          () -> process.log().contains("new certificates are in use"));
    }
    assertThat(router.client().detect(Picture.ROCKET).status()).isEqualTo(200);
    PenstockProcess another = worker("w2", own);
    another.awaitReady();
    assertThat(router.client().detect(Picture.COFFEE).status()).isEqualTo(200);
    another.terminate();
    another.awaitExit(Duration.ofSeconds(30));
  }

  @Test
  void half_a_set_of_files_and_files_that_do_not_match_are_refused_at_the_start()
      throws IOException {
    PenstockProcess half = CLUSTER.routerThatFails("--internal-tls-cert", "x.pem");
    assertThat(half.awaitExit(Duration.ofSeconds(30))).isEqualTo(2);
    assertThat(half.log()).contains("belong together: give all or none");

    PenstockProcess mixed =
        CLUSTER.routerThatFails(
            "--internal-tls-cert",
            own.certificate("router").toString(),
            "--internal-tls-key",
            own.key("worker").toString(),
            "--internal-tls-ca",
            own.certificate("ca").toString());
    assertThat(mixed.awaitExit(Duration.ofSeconds(30))).isEqualTo(1);
    assertThat(mixed.log()).contains("is not that of the first certificate");
  }
}
