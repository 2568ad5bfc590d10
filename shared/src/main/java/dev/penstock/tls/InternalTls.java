package dev.penstock.tls;

import dev.penstock.config.MutualTls;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Instant;
import java.util.Set;

/**
 * Mutual TLS between routers and workers. Each side shows a certificate that an authority of the
 * installation signed. A router's is for servers and carries the name {@link #ROUTER_NAME}; a
 * worker's is for clients, so that a stolen one does not make a router.
 *
 * <p>The name stands for the role and not for an address: workers reach routers by whatever address
 * these advertise, which in a cluster of containers is another one after every start.
 */
public final class InternalTls implements Credentials {
  /** What the certificate of every router has among its alternative names (DNS). */
  public static final String ROUTER_NAME = "router.penstock.internal";

  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3");

  private final Identity own;
  private final Buffer authorities;
  private final Instant expires;

  private InternalTls(Identity own, Buffer authorities, Instant expires) {
    this.own = own;
    this.authorities = authorities;
    this.expires = expires;
  }

  /**
   * Reads the files.
   *
   * @throws UnusableCertificateException when they cannot be read or do not belong together
   */
  public static InternalTls load(MutualTls files) throws UnusableCertificateException {
    Identity own = Identity.load(files.own());
    Buffer authorities = Certificates.read(files.authority());
    Instant theirs = Identity.expiry(Certificates.parse(authorities, files.authority()));
    return new InternalTls(
        own, authorities, theirs.isBefore(own.expires()) ? theirs : own.expires());
  }

  /** Whether workers would take it for a router's. */
  public boolean isOfRouter() {
    return own.names().contains(ROUTER_NAME);
  }

  /** For a router's listener: who shows no certificate, or a wrong one, is not heard. */
  public ServerSSLOptions server() {
    return new ServerSSLOptions()
        .setKeyCertOptions(own.options())
        .setTrustOptions(new PemTrustOptions().addCertValue(authorities))
        .setClientAuth(ClientAuth.REQUIRED)
        .setEnabledSecureTransportProtocols(PROTOCOLS);
  }

  /** For a worker's calls, which are to name {@link #ROUTER_NAME} as the host they mean. */
  public ClientSSLOptions client() {
    return new ClientSSLOptions()
        .setKeyCertOptions(own.options())
        .setTrustOptions(new PemTrustOptions().addCertValue(authorities))
        // Said here too: a client that is given new options takes them as they are.
        .setHostnameVerificationAlgorithm("HTTPS")
        .setEnabledSecureTransportProtocols(PROTOCOLS);
  }

  @Override
  public Instant expires() {
    return expires;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InternalTls tls
        && own.equals(tls.own)
        && authorities.equals(tls.authorities);
  }

  @Override
  public int hashCode() {
    return 31 * own.hashCode() + authorities.hashCode();
  }
}
