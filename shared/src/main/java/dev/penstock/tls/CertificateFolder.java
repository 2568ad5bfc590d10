package dev.penstock.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * A folder with the files of a {@link PrivateAuthority} and what it signed: {@code NAME.pem} and
 * {@code NAME.key}. Keys are readable by their owner alone; files are replaced as a whole, so that
 * processes that follow them never read half of one.
 */
public final class CertificateFolder {
  private static final String AUTHORITY = "ca";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> EVERYBODY_READS =
      PosixFilePermissions.fromString("rw-r--r--");

  private final Path folder;

  public CertificateFolder(Path folder) {
    this.folder = folder;
  }

  public Path certificate(String name) {
    return folder.resolve(name + ".pem");
  }

  public Path key(String name) {
    return folder.resolve(name + ".key");
  }

  /** Whether there is an authority already. */
  public boolean hasAuthority() {
    return Files.exists(certificate(AUTHORITY)) || Files.exists(key(AUTHORITY));
  }

  /**
   * The authority whose files are here, else a new one that is kept here.
   *
   * @throws UnusableCertificateException when only one of its files is here or cannot be read
   */
  public PrivateAuthority authority(Instant now) throws IOException, UnusableCertificateException {
    if (hasAuthority()) {
      return PrivateAuthority.load(certificate(AUTHORITY), key(AUTHORITY), now);
    }
    Files.createDirectories(folder);
    PrivateAuthority created = PrivateAuthority.create(now);
    keep(AUTHORITY, created.certificate(), created.key());
    return created;
  }

  /** Writes a certificate and its key, over those of that name. */
  public void keep(String name, PrivateAuthority.Issued issued) throws IOException {
    keep(name, issued.certificate(), issued.key());
  }

  private void keep(String name, X509Certificate certificate, PrivateKey key) throws IOException {
    try {
      write(key(name), "PRIVATE KEY", key.getEncoded(), OWNER_ONLY);
      write(certificate(name), "CERTIFICATE", certificate.getEncoded(), EVERYBODY_READS);
    } catch (CertificateEncodingException e) {
      throw new IOException(e);
    }
  }

  private void write(Path file, String type, byte[] content, Set<PosixFilePermission> permissions)
      throws IOException {
    var text = new StringWriter();
    try (var pem = new PemWriter(text)) {
      pem.writeObject(new PemObject(type, content));
    }
    // The owner's alone from its first byte on.
    Path fresh = Files.createTempFile(folder, "." + file.getFileName(), ".new");
    Files.writeString(fresh, text.toString());
    if (Files.getFileStore(fresh).supportsFileAttributeView(PosixFileAttributeView.class)) {
      Files.setPosixFilePermissions(fresh, permissions);
    }
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
