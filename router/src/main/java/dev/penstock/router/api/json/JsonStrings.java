package dev.penstock.router.api.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** The strings of a JSON text: found first, then made in one piece. */
final class JsonStrings {
  private static final int ESCAPE_DIGITS = 4;

  private static final String BAD_UNICODE = "Invalid \\uXXXX escape";

  private final byte[] text;
  private final int start;
  private final int end;
  private int after;

  /**
   * @param text in UTF-8, which was checked
   */
  JsonStrings(byte[] text, int start, int end) {
    this.text = text;
    this.start = start;
    this.end = end;
  }

  /** Where the string that was read last ends. */
  int after() {
    return after;
  }

  /**
   * Reads a string.
   *
   * @param quote where it opens
   * @param wanted whether it is to be made, rather than passed over
   * @return null when it is not wanted
   */
  @Nullable String read(int quote, boolean wanted) throws MalformedJsonException {
    boolean escaped = false;
    boolean ascii = true;
    int at = quote + 1;
    while (true) {
      if (at >= end) {
        throw fault(quote, "Unterminated string starting at");
      }
      byte b = text[at];
      if (b == '"') {
        break;
      } else if (b == '\\') {
        escaped = true;
        at = afterEscape(quote, at);
      } else if (b >= 0 && b < ' ') {
        throw fault(at, "Invalid control character at");
      } else {
        ascii &= b >= 0;
        at++;
      }
    }
    after = at + 1;
    int length = at - quote - 1;
    if (!wanted) {
      return null;
    }
    return escaped
        ? unescaped(quote + 1, length)
        : new String(text, quote + 1, length, ascii ? ISO_8859_1 : UTF_8);
  }

  private int afterEscape(int quote, int backslash) throws MalformedJsonException {
    int at = backslash + 1;
    if (at >= end) {
      throw fault(quote, "Unterminated string starting at");
    }
    if (text[at] == 'u') {
      if (at + 1 + ESCAPE_DIGITS >= end) {
        throw fault(at, BAD_UNICODE);
      }
      for (int i = 1; i <= ESCAPE_DIGITS; i++) {
        if (Character.digit(text[at + i], 16) < 0) {
          throw fault(at, BAD_UNICODE);
        }
      }
      return at + 1 + ESCAPE_DIGITS;
    }
    if ("\"\\/bfnrt".indexOf(text[at]) < 0) {
      throw fault(backslash, "Invalid \\escape");
    }
    return at + 1;
  }

  /** An escape is never shorter than the bytes of what it means. */
  private String unescaped(int from, int length) {
    byte[] plain = new byte[length];
    int n = 0;
    int at = from;
    while (at < from + length) {
      byte b = text[at++];
      if (b != '\\') {
        plain[n++] = b;
        continue;
      }
      byte what = text[at++];
      if (what != 'u') {
        plain[n++] = meaning(what);
        continue;
      }
      int point = unit(at);
      at += ESCAPE_DIGITS;
      if (Character.isHighSurrogate((char) point) && isLowSurrogateEscape(at, from + length)) {
        point = Character.toCodePoint((char) point, (char) unit(at + 2));
        at += 2 + ESCAPE_DIGITS;
      }
      n = put(plain, n, point);
    }
    return new String(plain, 0, n, UTF_8);
  }

  private boolean isLowSurrogateEscape(int at, int limit) {
    return at + 2 + ESCAPE_DIGITS <= limit
        && text[at] == '\\'
        && text[at + 1] == 'u'
        && Character.isLowSurrogate((char) unit(at + 2));
  }

  private int unit(int at) {
    int unit = 0;
    for (int i = 0; i < ESCAPE_DIGITS; i++) {
      unit = unit * 16 + Character.digit(text[at + i], 16);
    }
    return unit;
  }

  private static byte meaning(byte escape) {
    return switch (escape) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> escape;
    };
  }

  /**
   * Appends a character in UTF-8. Half a surrogate pair is none: it becomes the one that stands for
   * such.
   */
  private static int put(byte[] plain, int at, int point) {
    int n = at;
    if (point < 0x80) {
      plain[n++] = (byte) point;
    } else if (point < 0x800) {
      plain[n++] = (byte) (0xc0 | (point >> 6));
      plain[n++] = tail(point);
    } else if (point < 0x10000) {
      boolean half = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
      int shown = half ? 0xfffd : point;
      plain[n++] = (byte) (0xe0 | (shown >> 12));
      plain[n++] = tail(shown >> 6);
      plain[n++] = tail(shown);
    } else {
      plain[n++] = (byte) (0xf0 | (point >> 18));
      plain[n++] = tail(point >> 12);
      plain[n++] = tail(point >> 6);
      plain[n++] = tail(point);
    }
    return n;
  }

  /** Six bits in a byte that is not the first of its character. */
  private static byte tail(int bits) {
    return (byte) (0x80 | (bits & 0x3f));
  }

  /** What is wrong at a byte, with its place in characters. */
  MalformedJsonException fault(int at, String problem) {
    int characters = 0;
    for (int i = start; i < at; i++) {
      if ((text[i] & 0xc0) != 0x80) {
        characters++;
      }
    }
    return new MalformedJsonException(characters, problem);
  }
}
