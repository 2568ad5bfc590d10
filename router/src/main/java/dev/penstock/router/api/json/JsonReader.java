package dev.penstock.router.api.json;

import dev.penstock.router.api.json.OversizedJsonException.Limit;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as Python's {@code json.loads} does, which the reference server has: {@code NaN} and
 * the infinities are numbers, the last of several equal names counts, and what is wrong is said in
 * its words with its place.
 *
 * <p>It takes time linear in the text. What it makes is at most {@value #MOST_VALUES} values beside
 * their texts, so that a small body cannot fill the heap.
 */
public final class JsonReader {
  /** A request for a thousand pictures has five thousand. */
  public static final int MOST_VALUES = 100_000;

  /** The reference server gives up between 900 and 980. */
  static final int DEEPEST = 900;

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
   * Reads a whole text.
   *
   * @param body in UTF-8, -16 or -32
   * @return null, a {@code Boolean}, a {@code String}, an {@code Integer}, {@code Long} or {@code
   *     Double}, a list or a map of them; whole numbers that are no {@code long} are {@code Double}
   * @throws CharacterCodingException when it is no text
   */
  public static @Nullable Object read(byte[] body)
      throws MalformedJsonException, OversizedJsonException, CharacterCodingException {
    var reader = new JsonReader(JsonText.utf8(body));
    reader.skipBlanks();
    Object value = reader.value();
    reader.skipBlanks();
    if (reader.at < reader.end) {
      throw reader.fault("Extra data");
    }
    return value;
  }

  private @Nullable Object value() throws MalformedJsonException, OversizedJsonException {
    if (++values > MOST_VALUES) {
      throw new OversizedJsonException(Limit.TOO_MANY_VALUES);
    }
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
        return word("NaN", Double.NaN);
      }
      case 'I' -> {
        return word("Infinity", Double.POSITIVE_INFINITY);
      }
      default -> {
        return number();
      }
    }
  }

  private Map<String, @Nullable Object> object()
      throws MalformedJsonException, OversizedJsonException {
    enter();
    var members = new LinkedHashMap<String, @Nullable Object>();
    if (peek() != '}') {
      while (true) {
        if (peek() != '"') {
          throw fault("Expecting property name enclosed in double quotes");
        }
        String name = string();
        skipBlanks();
        if (peek() != ':') {
          throw fault("Expecting ':' delimiter");
        }
        at++;
        skipBlanks();
        members.put(name, value());
        if (closes('}')) {
          break;
        }
      }
    }
    leave();
    return members;
  }

  private List<@Nullable Object> array() throws MalformedJsonException, OversizedJsonException {
    enter();
    var elements = new ArrayList<@Nullable Object>();
    if (peek() != ']') {
      do {
        elements.add(value());
      } while (!closes(']'));
    }
    leave();
    return elements;
  }

  private void enter() throws OversizedJsonException {
    if (++depth > DEEPEST) {
      throw new OversizedJsonException(Limit.UNREADABLE);
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

  private String string() throws MalformedJsonException {
    String read = strings.read(at);
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

  private Object number() throws MalformedJsonException, OversizedJsonException {
    Number number = numbers.read(at);
    if (number == null) {
      throw fault(VALUE);
    }
    at = numbers.after();
    return number;
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
