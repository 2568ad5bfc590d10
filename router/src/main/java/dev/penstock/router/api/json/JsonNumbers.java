package dev.penstock.router.api.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.penstock.router.api.json.OversizedJsonException.Limit;
import org.jspecify.annotations.Nullable;

/** The numbers of a JSON text. */
final class JsonNumbers {
  private static final String MINUS_INFINITY = "-Infinity";
  private static final int LONGEST_LONG = 19;

  /** Python makes no whole number of more digits. */
  private static final int MOST_DIGITS = 4_300;

  private final byte[] text;
  private final int end;
  private int after;

  JsonNumbers(byte[] text, int end) {
    this.text = text;
    this.end = end;
  }

  /** Where the number that was read last ends. */
  int after() {
    return after;
  }

  /** Whether a word stands there. */
  boolean isAt(int at, String word) {
    if (end - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (text[at + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a number.
   *
   * @return null when none stands there
   */
  @Nullable Number read(int from) throws OversizedJsonException {
    if (isAt(from, MINUS_INFINITY)) {
      after = from + MINUS_INFINITY.length();
      return Double.NEGATIVE_INFINITY;
    }
    int digits = at(from) == '-' ? from + 1 : from;
    if (!isDigit(digits)) {
      return null;
    }
    int whole = at(digits) == '0' ? digits + 1 : afterDigits(digits);
    after = afterExponent(afterFraction(whole));
    if (after > whole) {
      return fraction(from);
    }
    if (whole - digits > MOST_DIGITS) {
      throw new OversizedJsonException(Limit.UNREADABLE);
    }
    return whole - digits > LONGEST_LONG ? (Number) fraction(from) : whole(string(from));
  }

  private static Number whole(String digits) {
    try {
      long number = Long.parseLong(digits);
      return number == (int) number ? (Number) (int) number : (Number) number;
    } catch (NumberFormatException beyond) {
      return Double.parseDouble(digits);
    }
  }

  private int afterFraction(int at) {
    return at(at) == '.' && isDigit(at + 1) ? afterDigits(at + 1) : at;
  }

  private int afterExponent(int at) {
    if (at(at) != 'e' && at(at) != 'E') {
      return at;
    }
    int digits = at(at + 1) == '+' || at(at + 1) == '-' ? at + 2 : at + 1;
    return isDigit(digits) ? afterDigits(digits) : at;
  }

  /** Reads any number of digits in linear time: those that count are few. */
  private double fraction(int from) {
    return Double.parseDouble(string(from));
  }

  private String string(int from) {
    return new String(text, from, after - from, ISO_8859_1);
  }

  private int afterDigits(int at) {
    int next = at;
    while (isDigit(next)) {
      next++;
    }
    return next;
  }

  private boolean isDigit(int at) {
    return at(at) >= '0' && at(at) <= '9';
  }

  private int at(int at) {
    return at < end ? text[at] : -1;
  }
}
