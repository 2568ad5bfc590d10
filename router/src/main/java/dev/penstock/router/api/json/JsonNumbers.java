package dev.penstock.router.api.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** The numbers of a JSON text. */
final class JsonNumbers {
  private static final String MINUS_INFINITY = "-Infinity";
  private static final int LONGEST_LONG = 20;

  /** Python makes no whole number of more digits. */
  private static final int MOST_DIGITS = 4_300;

  private final byte[] text;
  private final int end;
  private int from;
  private int whole;
  private int after;

  JsonNumbers(byte[] text, int end) {
    this.text = text;
    this.end = end;
  }

  /** Where the number that was found last ends. */
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
   * Finds where a number ends.
   *
   * @return whether one stands there
   */
  boolean find(int start) throws UnreadableJsonException {
    from = start;
    if (isAt(from, MINUS_INFINITY)) {
      after = from + MINUS_INFINITY.length();
      whole = after;
      return true;
    }
    int digits = at(from) == '-' ? from + 1 : from;
    if (!isDigit(digits)) {
      return false;
    }
    whole = at(digits) == '0' ? digits + 1 : afterDigits(digits);
    after = afterExponent(afterFraction(whole));
    if (after == whole && whole - digits > MOST_DIGITS) {
      throw new UnreadableJsonException();
    }
    return true;
  }

  /** What was found. Any number of digits is read in linear time: those that count are few. */
  Number found() {
    String number = new String(text, from, after - from, ISO_8859_1);
    if (number.equals(MINUS_INFINITY)) {
      return Double.NEGATIVE_INFINITY;
    }
    boolean isWhole = after == whole && after - from <= LONGEST_LONG;
    return isWhole ? whole(number) : (Number) Double.parseDouble(number);
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
