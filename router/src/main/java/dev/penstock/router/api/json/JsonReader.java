package dev.penstock.router.api.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as Python's {@code json.loads} does, which the reference server has: {@code NaN} and
 * the infinities are numbers, the last of several equal names counts, and what is wrong is said in
 * its words with its place.
 *
 * <p>It takes time linear in the text. What it makes is at most {@value #MOST_VALUES} values beside
 * their texts, so that a small body cannot fill the heap; the others are checked and left out.
 */
public final class JsonReader {
  /** A request for a thousand pictures has four thousand. */
  public static final int MOST_VALUES = 100_000;

  /** The reference server gives up between 900 and 980. */
  static final int DEEPEST = 900;

  /** Most objects and lists are small, and there may be many. */
  private static final int FEW = 4;

  // Objects, and not one for each.
  private static final Double NAN = Double.NaN;
  private static final Double INFINITY = Double.POSITIVE_INFINITY;

  private static final String VALUE = "Expecting value";

  private final byte[] text;
  private final int start;
  private final int end;
  private final JsonStrings strings;
  private final JsonNumbers numbers;
  private int at;
  private int values;
  private int depth;

  private JsonReader(ByteBuffer utf8) {
    text = utf8.array();
    start = utf8.arrayOffset() + utf8.position();
    end = start + utf8.remaining();
    at = start;
    strings = new JsonStrings(text, start, end);
    numbers = new JsonNumbers(text, end);
  }

  /**
   * What was read.
   *
   * @param value null, a {@code Boolean}, a {@code String}, an {@code Integer}, {@code Long} or
   *     {@code Double}, a list or a map of them; whole numbers that are no {@code long} are {@code
   *     Double}
   * @param whole whether nothing was left out
   */
  public record Reading(@Nullable Object value, boolean whole) {}

  /**
   * Reads a whole text.
   *
   * @param body in UTF-8, -16 or -32
   * @throws CharacterCodingException when it is no text
   */
  public static Reading read(byte[] body)
      throws MalformedJsonException, UnreadableJsonException, CharacterCodingException {
    var reader = new JsonReader(JsonText.utf8(body));
    reader.skipBlanks();
    Object value = reader.value();
    reader.skipBlanks();
    if (reader.at < reader.end) {
      throw reader.fault("Extra data");
    }
    return new Reading(value, !reader.isFull());
  }

  /** From now on values are only passed over; what they are is of no account. */
  private boolean isFull() {
    return values > MOST_VALUES;
  }

  private @Nullable Object value() throws MalformedJsonException, UnreadableJsonException {
    values++;
    switch (peek()) {
      case '"' -> {
        return string();
      }
      case '{' -> {
        return object();
      }
      case '[' -> {
        return array();
      }
      case 'n' -> {
        return word("null", null);
      }
      case 't' -> {
        return word("true", true);
      }
      case 'f' -> {
        return word("false", false);
      }
      case 'N' -> {
        return word("NaN", NAN);
      }
      case 'I' -> {
        return word("Infinity", INFINITY);
      }
      default -> {
        return number();
      }
    }
  }

  private @Nullable Object object() throws MalformedJsonException, UnreadableJsonException {
    var members = isFull() ? null : new LinkedHashMap<String, @Nullable Object>(FEW);
    enter();
    if (peek() != '}') {
      do {
        if (peek() != '"') {
          throw fault("Expecting property name enclosed in double quotes");
        }
        boolean kept = values < MOST_VALUES;
        String name = strings.read(at, kept);
        at = strings.after();
        skipBlanks();
        if (peek() != ':') {
          throw fault("Expecting ':' delimiter");
        }
        at++;
        skipBlanks();
        Object value = value();
        if (members != null && name != null) {
          members.put(name, value);
        }
      } while (!closes('}'));
    }
    leave();
    return members;
  }

  private @Nullable Object array() throws MalformedJsonException, UnreadableJsonException {
    var elements = isFull() ? null : new ArrayList<@Nullable Object>(FEW);
    enter();
    if (peek() != ']') {
      do {
        boolean kept = values < MOST_VALUES;
        Object value = value();
        if (elements != null && kept) {
          elements.add(value);
        }
      } while (!closes(']'));
    }
    leave();
    return elements;
  }

  private void enter() throws UnreadableJsonException {
    if (++depth > DEEPEST) {
      throw new UnreadableJsonException();
    }
    at++;
    skipBlanks();
  }

  private void leave() {
    depth--;
    at++;
  }

  /** After a value: whether the end of what holds it comes; else a comma must, and is passed. */
  private boolean closes(char close) throws MalformedJsonException {
    skipBlanks();
    if (peek() == close) {
      return true;
    }
    if (peek() != ',') {
      throw fault("Expecting ',' delimiter");
    }
    at++;
    skipBlanks();
    return false;
  }

  /** Null when it was passed over. */
  private @Nullable String string() throws MalformedJsonException {
    String read = strings.read(at, !isFull());
    at = strings.after();
    return read;
  }

  private @Nullable Object word(String word, @Nullable Object meaning)
      throws MalformedJsonException {
    if (!numbers.isAt(at, word)) {
      throw fault(VALUE);
    }
    at += word.length();
    return meaning;
  }

  private @Nullable Object number() throws MalformedJsonException, UnreadableJsonException {
    if (!numbers.find(at)) {
      throw fault(VALUE);
    }
    at = numbers.after();
    return isFull() ? null : numbers.found();
  }

  private void skipBlanks() {
    while (at < end && isBlank(text[at])) {
      at++;
    }
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  /** The next byte, -1 at the end; bytes of other characters than ASCII are below that. */
  private int peek() {
    return at < end ? text[at] & 0xff : -1;
  }

  private MalformedJsonException fault(String problem) {
    return strings.fault(at, problem);
  }
}
