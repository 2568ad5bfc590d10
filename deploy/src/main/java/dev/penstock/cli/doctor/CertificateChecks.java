package dev.penstock.cli.doctor;

import dev.penstock.config.CertificateFiles;
import dev.penstock.config.MutualTls;
import dev.penstock.tls.Credentials;
import dev.penstock.tls.InternalTls;
import dev.penstock.tls.PublicTls;
import dev.penstock.tls.UnusableCertificateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificates and their keys, where there are any. */
final class CertificateChecks {
  private static final Duration SOON = Duration.ofDays(14);

  private final Instant today;

  /**
   * @param today by the calendar of this machine
   */
  CertificateChecks(Instant today) {
    this.today = today;
  }

  List<Finding> of(@Nullable CertificateFiles files) {
    if (files == null) {
      return List.of();
    }
    var findings = new ArrayList<Finding>();
    try {
      findings.add(expiry("certificate", files.certificate(), PublicTls.load(files)));
    } catch (UnusableCertificateException e) {
      findings.add(Finding.fail("certificate", "--tls-cert: " + e.getMessage()));
    }
    findings.addAll(secrecy(files.key()));
    return findings;
  }

  /**
   * @param listens whether it is a router's, which is to carry the name of one
   */
  List<Finding> of(@Nullable MutualTls files, boolean listens) {
    if (files == null) {
      return List.of();
    }
    var findings = new ArrayList<Finding>();
    try {
      InternalTls tls = InternalTls.load(files);
      findings.add(expiry("internal certificate", files.own().certificate(), tls));
      if (listens && !tls.isOfRouter()) {
        findings.add(
            Finding.fail(
                "internal certificate",
                files.own().certificate()
                    + " is no router's: workers expect the name "
                    + InternalTls.ROUTER_NAME
                    + " in it ('penstock doctor certs' makes one)"));
      }
    } catch (UnusableCertificateException e) {
      findings.add(Finding.fail("internal certificate", "--internal-tls-cert: " + e.getMessage()));
    }
    findings.addAll(secrecy(files.own().key()));
    return findings;
  }

  private Finding expiry(String check, Path file, Credentials credentials) {
    Instant end = credentials.expires();
    if (!end.isAfter(today)) {
      return Finding.fail(check, file + " is over since " + end + ": put a new one in its place");
    }
    return end.isAfter(today.plus(SOON))
        ? Finding.ok(check, file + ", good until " + end)
        : Finding.warn(check, file + " is good until " + end + " only: put a new one in its place");
  }

  /** Groups may read it: that is how containers get their secrets. */
  private static List<Finding> secrecy(Path key) {
    try {
      if (Files.exists(key)
          && Files.getFileStore(key).supportsFileAttributeView(PosixFileAttributeView.class)
          && Files.getPosixFilePermissions(key).contains(PosixFilePermission.OTHERS_READ)) {
        return List.of(
            Finding.warn(
                "private key",
                key + " can be read by everybody on this machine: chmod 600 " + key));
      }
      return List.of();
    } catch (IOException e) {
      return List.of(Finding.fail("private key", key + " cannot be looked at: " + e.getMessage()));
    }
  }
}
