package dev.penstock.tls;

import dev.penstock.config.CertificateFiles;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A certificate and its key, read from files and found to belong together.
 *
 * @param chain the certificates as they are in their file
 * @param key the private key as it is in its file
 * @param expires when the first certificate of the chain, or one it depends on, is over
 * @param names what its holder is called (DNS)
 */
record Identity(Buffer chain, Buffer key, Instant expires, Set<String> names) {
  private static final byte[] PROBE = {1, 2, 3, 4};

  /** Reads both files and checks that the key is that of the first certificate. */
  static Identity load(CertificateFiles files) throws UnusableCertificateException {
    Buffer chain = Certificates.read(files.certificate());
    Buffer key = Certificates.read(files.key());
    List<X509Certificate> certificates = Certificates.parse(chain, files.certificate());
    PublicKey certified = certificates.get(0).getPublicKey();
    if (!belongTogether(privateKey(chain, key, files.key()), certified)) {
      throw new UnusableCertificateException(
          "The key in "
              + files.key()
              + " is not that of the first certificate in "
              + files.certificate()
              + ": give the pair that was made together, the server's own certificate first.");
    }
    return new Identity(chain, key, expiry(certificates), names(certificates.get(0)));
  }

  /** As Vert.x takes it. */
  PemKeyCertOptions options() {
    return new PemKeyCertOptions().addCertValue(chain).addKeyValue(key);
  }

  static Instant expiry(List<X509Certificate> certificates) {
    return certificates.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  private static Set<String> names(X509Certificate certificate)
      throws UnusableCertificateException {
    try {
      var names = new HashSet<String>();
      var alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.forEach(name -> names.add(name.get(1).toString()));
      }
      return Set.copyOf(names);
    } catch (CertificateParsingException e) {
      throw new UnusableCertificateException(
          "The names in the certificate cannot be read: " + e.getMessage(), e);
    }
  }

  /** Read by the same code that will read it for connections. */
  private static PrivateKey privateKey(Buffer chain, Buffer key, Path file)
      throws UnusableCertificateException {
    try {
      var options = new PemKeyCertOptions().addCertValue(chain).addKeyValue(key);
      KeyStore store = options.loadKeyStore(null);
      var alias = Collections.list(store.aliases()).get(0);
      // The password is the library's own, for a store that is in memory only.
      var manager = options.getKeyManagerFactory(null).getKeyManagers()[0];
      return ((javax.net.ssl.X509KeyManager) manager).getPrivateKey(alias);
    } catch (Exception e) {
      throw new UnusableCertificateException(
          file
              + " holds no key that can be used ("
              + e.getMessage()
              + "): give an unencrypted RSA or EC key in PEM form.",
          e);
    }
  }

  private static boolean belongTogether(PrivateKey key, PublicKey certified)
      throws UnusableCertificateException {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    try {
      String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(PROBE);
      byte[] signature = signing.sign();
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certified);
      verifying.update(PROBE);
      return verifying.verify(signature);
    } catch (GeneralSecurityException e) {
      throw new UnusableCertificateException("The key cannot be used: " + e.getMessage(), e);
    }
  }
}
