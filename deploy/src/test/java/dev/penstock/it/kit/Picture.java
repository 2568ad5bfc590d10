package dev.penstock.it.kit;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import javax.imageio.ImageIO;

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

  /** A picture of one colour in a file of some hundred bytes, as a client sends it. */
  public static String tiny() {
    var file = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(file.toByteArray());
  }

  /** The same picture in a file that ends with some text, which no decoder reads. */
  public String base64With(String text) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(Base64.getDecoder().decode(base64));
    bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
