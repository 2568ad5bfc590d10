package dev.penstock.it.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;

/** The pictures that ship. */
public enum Picture {
  ASTRONAUT("png"),
  CHELSEA("png"),
  COFFEE("png"),
  ROCKET("jpg");

  private final String base64;

  Picture(String extension) {
    Path file = Path.of("images", name().toLowerCase(Locale.ROOT) + "." + extension);
    try {
      base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file as a client sends it. */
  public String base64() {
    return base64;
  }
}
