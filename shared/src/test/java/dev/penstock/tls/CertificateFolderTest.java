package dev.penstock.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateFolderTest {
  @TempDir Path path;
  private CertificateFolder folder;

  @BeforeEach
  void open() {
    folder = new CertificateFolder(path.resolve("new"));
  }

  @Test
  void keys_are_their_owners_alone_and_certificates_everybodys() throws Exception {
    folder.keep("router", folder.authority(PemFiles.NOW).router());

    assertThat(permissions(folder.key("ca"))).isEqualTo("rw-------");
    assertThat(permissions(folder.key("router"))).isEqualTo("rw-------");
    assertThat(permissions(folder.certificate("router"))).isEqualTo("rw-r--r--");
    try (Stream<Path> files = Files.list(path.resolve("new"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("ca.key", "ca.pem", "router.key", "router.pem");
    }
  }

  private static String permissions(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void an_authority_is_made_once_and_signs_again_later() throws Exception {
    PrivateAuthority first = folder.authority(PemFiles.NOW);
    PrivateAuthority again = folder.authority(PemFiles.NOW.plus(Duration.ofDays(300)));

    assertThat(again.certificate()).isEqualTo(first.certificate());
    X509Certificate renewed = again.worker().certificate();
    renewed.verify(first.certificate().getPublicKey());
    renewed.checkValidity(Date.from(PemFiles.NOW.plus(Duration.ofDays(600))));
  }

  @Test
  void half_an_authority_is_refused_instead_of_replaced() throws Exception {
    PrivateAuthority unused = folder.authority(PemFiles.NOW);
    Files.delete(folder.key("ca"));

    assertThatThrownBy(() -> folder.authority(PemFiles.NOW))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining("ca.key");
    assertThat(unused.certificate()).isNotNull();
  }

  @Test
  void names_and_addresses_are_told_apart() throws Exception {
    X509Certificate server =
        folder
            .authority(PemFiles.NOW)
            .server(List.of("api.example.org", "10.0.0.5", "fd00::1"))
            .certificate();

    assertThat(server.getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(
            List.of(2, "api.example.org"),
            List.of(7, "10.0.0.5"),
            List.of(7, "fd00:0:0:0:0:0:0:1"));
  }
}
