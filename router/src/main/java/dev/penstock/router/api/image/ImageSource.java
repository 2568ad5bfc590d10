package dev.penstock.router.api.image;

import dev.penstock.router.api.exchange.ApiException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where an image is to be had from. */
public sealed interface ImageSource {

  /**
   * A body that is base64.
   *
   * @param text the base64 text in ASCII, as it came
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Base64Text(byte[] text) implements ImageSource {}

  /** In a JSON body, in base64. */
  record Base64String(String text) implements ImageSource {}

  /**
   * In the request, as its file would be.
   *
   * @param bytes the encoded image
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Encoded(byte[] bytes) implements ImageSource {}

  /** To be fetched. */
  record Url(String url) implements ImageSource {}

  /**
   * An image as a client declares it.
   *
   * @param type {@code base64} or {@code url}, in any case
   * @throws ApiException with status 400 when this server takes no such image. Paths of files are
   *     never opened: they would be files of this machine.
   */
  static ImageSource declared(String type, @Nullable Object value) {
    switch (type.toLowerCase(Locale.ROOT)) {
      case "base64" -> {
        return new Base64String(text(value));
      }
      case "url" -> {
        return new Url(text(value));
      }
      case "numpy", "numpy_object" ->
          throw ApiException.badImage(
              "NumPy image type is not supported in this configuration of `inference`.");
      case "file" ->
          throw ApiException.badImage("Loading images from local filesystem is disabled.");
      default ->
          throw ApiException.badImage("Image declaration contains not recognised image type.");
    }
  }

  private static String text(@Nullable Object value) {
    if (value instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw ApiException.badImage("Empty image payload.");
  }
}
