package dev.penstock.model.layout;

import dev.penstock.model.ModelPackage.PackageFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 of files and of packages, in lower-case hex. */
public final class Digests {
  private static final int BLOCK = 1 << 16;

  private Digests() {}

  public static String ofFile(Path file) throws IOException {
    MessageDigest sha = sha256();
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        sha.update(block, 0, read);
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  /**
   * The identity of a package: SHA-256 over the id and LF, then one line {@code name + NUL + sha256
   * + LF} for each file, sorted by name. The id is part of it because queues are kept by id: the
   * same files under two ids are two models.
   */
  public static String ofPackage(String id, List<PackageFile> files) {
    MessageDigest sha = sha256();
    sha.update((id + "\n").getBytes(StandardCharsets.UTF_8));
    files.stream()
        .sorted(Comparator.comparing(PackageFile::name))
        .map(file -> file.name() + "\0" + file.sha256() + "\n")
        .forEach(line -> sha.update(line.getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(sha.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
