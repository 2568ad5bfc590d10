package dev.penstock.router.api.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query, read as Python's {@code parse_qsl} does, which the reference server
 * has: only {@code &} separates them, {@code +} is a blank, a percent sign that encodes nothing is
 * a character, and so is what is no UTF-8, namely the one that stands for such.
 */
public final class Query {
  /** More are refused: who sends them means something else than this API. */
  static final int MOST_PARAMETERS = 1_000;

  private static final int HEX = 16;

  private final Map<String, String> last;

  private Query(Map<String, String> last) {
    this.last = last;
  }

  /**
   * Reads a query.
   *
   * @param text what follows the question mark, null for nothing
   * @throws ApiException with status 400 when there are too many parameters
   */
  static Query parse(@Nullable String text) {
    var last = new HashMap<String, String>();
    int count = 0;
    int from = 0;
    while (text != null && from < text.length()) {
      int end = text.indexOf('&', from);
      end = end < 0 ? text.length() : end;
      if (end > from) {
        if (++count > MOST_PARAMETERS) {
          throw ApiException.message(
              400,
              "The query has more than %d parameters. Send those that the API has."
                  .formatted(MOST_PARAMETERS));
        }
        int equals = text.indexOf('=', from);
        boolean valued = equals >= 0 && equals < end;
        String name = decoded(text.substring(from, valued ? equals : end));
        last.put(name, valued ? decoded(text.substring(equals + 1, end)) : "");
      }
      from = end + 1;
    }
    return new Query(last);
  }

  /** The last value of a parameter, null when it is not there. */
  public @Nullable String last(String name) {
    return last.get(name);
  }

  private static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text.replace('+', ' ');
    }
    var decoded = new StringBuilder(text.length());
    byte[] run = new byte[text.length() / 3];
    int at = 0;
    while (at < text.length()) {
      int n = 0;
      while (isEncoded(text, at)) {
        run[n++] = (byte) Integer.parseInt(text, at + 1, at + 3, HEX);
        at += 3;
      }
      if (n > 0) {
        decoded.append(new String(run, 0, n, UTF_8));
      } else {
        char c = text.charAt(at++);
        decoded.append(c == '+' ? ' ' : c);
      }
    }
    return decoded.toString();
  }

  private static boolean isEncoded(String text, int at) {
    return at + 2 < text.length()
        && text.charAt(at) == '%'
        && isHex(text.charAt(at + 1))
        && isHex(text.charAt(at + 2));
  }

  private static boolean isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
