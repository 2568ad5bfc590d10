package dev.penstock.tls;

import io.netty.handler.ssl.util.SimpleTrustManagerFactory;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Believes a router when an authority of the installation signed its certificate for a server, and
 * the certificate names it a router. That stands in for the comparison with the name that was
 * connected to: Vert.x has one for HTTP calls, but none that WebSockets could be told.
 */
final class RouterTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager authorities;

  /**
   * @param authorities whom it believes
   */
  RouterTrust(List<X509Certificate> authorities) throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (X509Certificate authority : authorities) {
        store.setCertificateEntry("authority-" + store.size(), authority);
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      this.authorities = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** As Vert.x takes it. Its own wrapper of trust managers needs SLF4J, which is not here. */
  TrustOptions options() {
    TrustManager self = this;
    return TrustOptions.wrap(
        new SimpleTrustManagerFactory() {
          @Override
          protected void engineInit(@Nullable KeyStore store) {}

          @Override
          protected void engineInit(@Nullable ManagerFactoryParameters parameters) {}

          @Override
          protected TrustManager[] engineGetTrustManagers() {
            return new TrustManager[] {self};
          }
        });
  }

  private static void checkName(X509Certificate[] chain) throws CertificateException {
    if (!Certificates.names(chain[0]).contains(InternalTls.ROUTER_NAME)) {
      throw new CertificateException(
          "the certificate is no router's: it has not the name " + InternalTls.ROUTER_NAME);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    authorities.checkServerTrusted(chain, authType, engine);
    checkName(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    authorities.checkServerTrusted(chain, authType, socket);
    checkName(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    authorities.checkServerTrusted(chain, authType);
    checkName(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    authorities.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    authorities.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    authorities.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
