package dev.penstock.tls;

import dev.penstock.config.CertificateFiles;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** TLS of the public listener: it shows a certificate, and asks its clients for none. */
public final class PublicTls implements Credentials {
  /**
   * What HTTP/2 allows (RFC 9113, appendix A): forward secret and authenticated, for 1.3 and 1.2.
   */
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final Identity own;

  private PublicTls(Identity own) {
    this.own = own;
  }

  /**
   * Reads the files.
   *
   * @throws UnusableCertificateException when they cannot be read or do not belong together
   */
  public static PublicTls load(CertificateFiles files) throws UnusableCertificateException {
    return new PublicTls(Identity.load(files));
  }

  /** For a listener that speaks HTTP/2, and HTTP/1.1 with clients that do not ask for it. */
  public ServerSSLOptions server() {
    var options =
        new ServerSSLOptions()
            .setKeyCertOptions(own.options())
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
            // Said here too: a listener that is given new options takes them as they are.
            .setUseAlpn(true)
            .setApplicationLayerProtocols(List.of("h2", "http/1.1"));
    CIPHERS.forEach(options::addEnabledCipherSuite);
    return options;
  }

  @Override
  public Instant expires() {
    return own.expires();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicTls tls && own.equals(tls.own);
  }

  @Override
  public int hashCode() {
    return own.hashCode();
  }
}
