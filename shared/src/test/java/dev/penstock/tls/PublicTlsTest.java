package dev.penstock.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.CertificateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PublicTlsTest {
  @TempDir Path folder;
  private PemFiles pem;
  private CertificateFiles good;

  @BeforeEach
  void make() throws Exception {
    pem = new PemFiles(folder, PemFiles.NOW);
    good = pem.server("one", "localhost");
  }

  @Test
  void says_when_it_is_over() throws Exception {
    assertThat(PublicTls.load(good).expires())
        .isBetween(
            PemFiles.NOW.plus(Duration.ofDays(396)), PemFiles.NOW.plus(Duration.ofDays(398)));
  }

  @Test
  void is_equal_when_its_files_are() throws Exception {
    assertThat(PublicTls.load(good)).isEqualTo(PublicTls.load(good));
    PublicTls before = PublicTls.load(good);
    assertThat(PublicTls.load(pem.server("one", "localhost"))).isNotEqualTo(before);
  }

  @Test
  void allows_nothing_that_http2_forbids() throws Exception {
    var options = PublicTls.load(good).server();

    assertThat(options.getEnabledSecureTransportProtocols())
        .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
    assertThat(options.getEnabledCipherSuites())
        .allMatch(cipher -> cipher.contains("GCM") || cipher.contains("POLY1305"))
        .noneMatch(cipher -> cipher.startsWith("TLS_RSA"));
  }

  @Test
  void a_missing_file_is_named() {
    var missing = new CertificateFiles(folder.resolve("none.pem"), good.key());

    assertThatThrownBy(() -> PublicTls.load(missing))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessage("There is no file " + missing.certificate() + ".");
  }

  @Test
  void a_key_of_another_certificate_is_refused() throws Exception {
    CertificateFiles other = pem.server("two", "localhost");

    assertThatThrownBy(() -> PublicTls.load(new CertificateFiles(good.certificate(), other.key())))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining("is not that of the first certificate");
  }

  @Test
  void a_key_of_another_kind_is_refused() throws Exception {
    byte[] rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded();
    Path key = folder.resolve("rsa.key");
    Files.writeString(
        key,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(rsa)
            + "\n-----END PRIVATE KEY-----\n");

    assertThatThrownBy(() -> PublicTls.load(new CertificateFiles(good.certificate(), key)))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining(key.toString());
  }

  @Test
  void files_that_hold_something_else_are_refused_by_name() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "no certificate\n");

    assertThatThrownBy(() -> PublicTls.load(new CertificateFiles(text, good.key())))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining(text + " holds no certificate");
    assertThatThrownBy(() -> PublicTls.load(new CertificateFiles(good.certificate(), text)))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining(text + " holds no key that can be used");
    assertThatThrownBy(() -> PublicTls.load(new CertificateFiles(good.key(), good.certificate())))
        .isInstanceOf(UnusableCertificateException.class);
  }
}
