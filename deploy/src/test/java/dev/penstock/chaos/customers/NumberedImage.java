package dev.penstock.chaos.customers;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;

/**
 * A picture that can be told by its size, which is part of the answer: tens of thousands of
 * requests pass until a size comes again.
 */
record NumberedImage(int width, int height) {
  private static final int LEAST = 33;
  private static final int WIDTHS = 199;
  private static final int HEIGHTS = 211;

  static NumberedImage of(long number) {
    return new NumberedImage(
        LEAST + (int) (number % WIDTHS), LEAST + (int) (number / WIDTHS % HEIGHTS));
  }

  /** A PNG, as a client sends it, with some text behind its end that no decoder reads. */
  String base64With(String text) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_BINARY);
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
