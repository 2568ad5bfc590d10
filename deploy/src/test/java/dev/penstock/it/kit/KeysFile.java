package dev.penstock.it.kit;

import dev.penstock.router.admission.keys.KeyHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A file for {@code --keys}. It always has the key of the kit itself, which looks at the status.
 *
 * @param path where it is
 */
public record KeysFile(Path path) {
  /** An administrator's key. */
  public static final String OPERATOR = "key-of-the-kit-itself";

  private static final Pattern KEY = Pattern.compile("<([^>]+)>");

  /** A file that is not there yet. */
  public static KeysFile in(Path folder) {
    return new KeysFile(folder.resolve("keys.yaml"));
  }

  /**
   * Replaces what it says.
   *
   * @param yaml lines in which {@code <key>} stands for the hash of that key
   */
  public KeysFile write(String yaml) {
    String all = "kit: {hash: <" + OPERATOR + ">, admin: true}\n" + yaml;
    try {
      Files.writeString(
          path, KEY.matcher(all).replaceAll(key -> "'" + KeyHash.of(key.group(1)) + "'"));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
