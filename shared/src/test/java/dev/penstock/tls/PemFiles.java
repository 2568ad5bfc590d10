package dev.penstock.tls;

import dev.penstock.config.CertificateFiles;
import dev.penstock.config.MutualTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Certificates of an authority in a folder, for tests. */
final class PemFiles {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  final CertificateFolder folder;
  private final PrivateAuthority authority;

  PemFiles(Path path) throws Exception {
    this(path, Instant.now());
  }

  PemFiles(Path path, Instant now) throws Exception {
    Files.createDirectories(path);
    folder = new CertificateFolder(path);
    authority = folder.authority(now);
  }

  CertificateFiles server(String name, String... hosts) throws IOException {
    folder.keep(name, authority.server(List.of(hosts)));
    return files(name);
  }

  MutualTls router() throws IOException {
    folder.keep("router", authority.router());
    return mutual("router");
  }

  MutualTls worker() throws IOException {
    folder.keep("worker", authority.worker());
    return mutual("worker");
  }

  CertificateFiles files(String name) {
    return new CertificateFiles(folder.certificate(name), folder.key(name));
  }

  private MutualTls mutual(String name) {
    return new MutualTls(files(name), folder.certificate("ca"));
  }
}
