package dev.penstock.router.api.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;

/**
 * The text of a JSON body as UTF-8. Clients may send any UTF; which it is tell the byte order mark
 * or the zeros of the first character, as Python's {@code json} finds it out.
 */
final class JsonText {
  private static final Charset UTF_8 = StandardCharsets.UTF_8;
  private static final Charset UTF_32BE = Charset.forName("UTF-32BE");
  private static final Charset UTF_32LE = Charset.forName("UTF-32LE");

  private JsonText() {}

  /**
   * The text without its byte order mark; the array itself where nothing is to be changed.
   *
   * @throws CharacterCodingException when it is no text of its encoding
   */
  static ByteBuffer utf8(byte[] body) throws CharacterCodingException {
    Charset charset = charset(body);
    int mark = mark(body, charset);
    var text = ByteBuffer.wrap(body, mark, body.length - mark);
    if (charset.equals(UTF_8)) {
      if (!Utf8.isValid(text.duplicate())) {
        throw new MalformedInputException(0);
      }
      return text;
    }
    return ByteBuffer.wrap(charset.newDecoder().decode(text).toString().getBytes(UTF_8));
  }

  private static Charset charset(byte[] body) {
    if (starts(body, 0, 0, 0xfe, 0xff)) {
      return UTF_32BE;
    }
    if (starts(body, 0xff, 0xfe, 0, 0)) {
      return UTF_32LE;
    }
    if (starts(body, 0xfe, 0xff)) {
      return StandardCharsets.UTF_16BE;
    }
    if (starts(body, 0xff, 0xfe)) {
      return StandardCharsets.UTF_16LE;
    }
    return body.length >= 4 || body.length == 2 ? charsetByZeros(body) : UTF_8;
  }

  /** JSON begins with ASCII, so zeros in its first two characters show how wide they are. */
  private static Charset charsetByZeros(byte[] body) {
    boolean pair = body.length == 2;
    if (body[0] == 0) {
      return pair || body[1] != 0 ? StandardCharsets.UTF_16BE : UTF_32BE;
    }
    if (body[1] == 0) {
      return pair || body[2] != 0 || body[3] != 0 ? StandardCharsets.UTF_16LE : UTF_32LE;
    }
    return UTF_8;
  }

  private static int mark(byte[] body, Charset charset) {
    if (charset.equals(UTF_8)) {
      return starts(body, 0xef, 0xbb, 0xbf) ? 3 : 0;
    }
    boolean wide = charset.equals(UTF_32BE) || charset.equals(UTF_32LE);
    boolean marked =
        starts(body, 0xfe, 0xff) || starts(body, 0xff, 0xfe) || starts(body, 0, 0, 0xfe, 0xff);
    return marked ? (wide ? 4 : 2) : 0;
  }

  private static boolean starts(byte[] body, int... bytes) {
    if (body.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((body[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
