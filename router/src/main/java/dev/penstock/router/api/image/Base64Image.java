package dev.penstock.router.api.image;

import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.json.Utf8;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/** Images in base64, with or without the head of a data URI. */
public final class Base64Image {
  private static final Pattern DATA_URI = Pattern.compile("^data:image/[a-zA-Z0-9.+-]+;base64,");
  private static final int LONGEST_DATA_URI_HEAD = 64;

  private Base64Image() {}

  /**
   * The encoded image. Characters that do not belong to base64, line ends above all, are skipped;
   * text without them takes the fast way.
   *
   * @throws ApiException with status 400 when there is no image in the text
   */
  public static byte[] decode(byte[] text) {
    ByteBuffer payload = withoutDataUri(text);
    byte[] image;
    try {
      image = bytes(Base64.getDecoder().decode(payload));
    } catch (IllegalArgumentException notPlain) {
      payload.rewind();
      image = decodeLeniently(payload);
    }
    if (image.length == 0) {
      throw ApiException.badImage("Empty image payload.");
    }
    return image;
  }

  private static byte[] decodeLeniently(ByteBuffer payload) {
    if (!Utf8.isValid(payload.duplicate())) {
      throw ApiException.badImage(
          "Invalid base64 input: the image payload contains raw bytes instead of a base64-encoded"
              + " string. Please base64-encode the image before sending.");
    }
    try {
      return bytes(Base64.getDecoder().decode(alphabetOf(payload)));
    } catch (IllegalArgumentException malformed) {
      throw ApiException.badImage("Malformed base64 input image.");
    }
  }

  /** What Python's decoder reads: it skips everything else and ends at the padding. */
  private static ByteBuffer alphabetOf(ByteBuffer payload) {
    ByteBuffer kept = ByteBuffer.allocate(payload.remaining());
    while (payload.hasRemaining()) {
      byte b = payload.get();
      if (isAlphabet(b)) {
        kept.put(b);
      } else if (b == '=' && kept.position() % 4 >= 2) {
        break;
      }
    }
    return kept.flip();
  }

  private static boolean isAlphabet(byte b) {
    return (b >= 'A' && b <= 'Z')
        || (b >= 'a' && b <= 'z')
        || (b >= '0' && b <= '9')
        || b == '+'
        || b == '/';
  }

  private static ByteBuffer withoutDataUri(byte[] text) {
    int headLength = Math.min(text.length, LONGEST_DATA_URI_HEAD);
    var head = new String(text, 0, headLength, StandardCharsets.ISO_8859_1);
    var match = DATA_URI.matcher(head);
    int start = match.find() ? match.end() : 0;
    return ByteBuffer.wrap(text, start, text.length - start).slice();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer.arrayOffset() == 0 && buffer.remaining() == buffer.array().length) {
      return buffer.array();
    }
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return copy;
  }
}
