package dev.penstock.tls;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads PEM files of certificates. */
final class Certificates {
  private Certificates() {}

  static Buffer read(Path file) throws UnusableCertificateException {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new UnusableCertificateException("There is no file " + file + ".", e);
    } catch (IOException e) {
      throw new UnusableCertificateException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  /**
   * The certificates of a file, at least one.
   *
   * @param file names it in the error
   */
  static List<X509Certificate> parse(Buffer pem, Path file) throws UnusableCertificateException {
    List<X509Certificate> certificates;
    try {
      certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem.getBytes()))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
    } catch (CertificateException e) {
      throw new UnusableCertificateException(
          file + " holds no certificates in PEM form: " + e.getMessage() + ".", e);
    }
    if (certificates.isEmpty()) {
      throw new UnusableCertificateException(
          file + " holds no certificate: give a PEM file with -----BEGIN CERTIFICATE-----.");
    }
    return certificates;
  }

  /** What its holder is called: the alternative names of a certificate. */
  static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
    var names = certificate.getSubjectAlternativeNames();
    return names == null
        ? Set.of()
        : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.toSet());
  }
}
