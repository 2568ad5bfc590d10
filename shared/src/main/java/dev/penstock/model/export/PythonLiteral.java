package dev.penstock.model.export;

import dev.penstock.model.PackageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Python's {@code repr} writes of dictionaries, lists, tuples, texts, numbers, booleans
 * and {@code None}: export tools note metadata so. Texts become {@link String}, whole numbers
 * {@link Long}, others {@link Double}.
 */
final class PythonLiteral {
  private static final int DEEPEST = 16;

  private final String text;
  private int at;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /**
   * @throws PackageException when the text is no such literal
   */
  static @Nullable Object parse(String text) throws PackageException {
    var literal = new PythonLiteral(text);
    Object value = literal.value(0);
    literal.blanks();
    if (literal.at < text.length()) {
      throw literal.wrong("the end");
    }
    return value;
  }

  private @Nullable Object value(int depth) throws PackageException {
    blanks();
    if (depth > DEEPEST) {
      throw wrong("less nesting");
    }
    return switch (peek()) {
      case '{' -> dictionary(depth);
      case '[' -> list(']', depth);
      case '(' -> list(')', depth);
      case '\'', '"' -> string();
      default -> word();
    };
  }

  private Map<Object, @Nullable Object> dictionary(int depth) throws PackageException {
    var entries = new LinkedHashMap<Object, @Nullable Object>();
    at++;
    while (!closes('}')) {
      Object key = value(depth + 1);
      blanks();
      expect(':');
      entries.put(String.valueOf(key), value(depth + 1));
      separator('}');
    }
    return entries;
  }

  private List<@Nullable Object> list(char end, int depth) throws PackageException {
    var items = new ArrayList<@Nullable Object>();
    at++;
    while (!closes(end)) {
      items.add(value(depth + 1));
      separator(end);
    }
    return items;
  }

  private boolean closes(char end) {
    blanks();
    if (peek() == end) {
      at++;
      return true;
    }
    return false;
  }

  private void separator(char end) throws PackageException {
    blanks();
    if (peek() != end) {
      expect(',');
    }
  }

  private String string() throws PackageException {
    char quote = text.charAt(at++);
    var content = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      char next = text.charAt(at++);
      if (next == '\\') {
        escape(content);
      } else {
        content.append(next);
      }
    }
    expect(quote);
    return content.toString();
  }

  private void escape(StringBuilder content) throws PackageException {
    char kind = peek();
    at++;
    switch (kind) {
      case 'n' -> content.append('\n');
      case 't' -> content.append('\t');
      case 'r' -> content.append('\r');
      case '\\', '\'', '"' -> content.append(kind);
      case 'x' -> content.appendCodePoint(hex(2));
      case 'u' -> content.appendCodePoint(hex(4));
      case 'U' -> content.appendCodePoint(hex(8));
      default -> throw wrong("an escape of Python");
    }
  }

  private int hex(int digits) throws PackageException {
    int end = Math.min(text.length(), at + digits);
    try {
      int code = Integer.parseInt(text.substring(at, end), 16);
      at = end;
      if (Character.isValidCodePoint(code)) {
        return code;
      }
    } catch (NumberFormatException e) {
      throw new PackageException(sentence(digits + " hexadecimal digits"), e);
    }
    throw wrong("a character's number");
  }

  private @Nullable Object word() throws PackageException {
    int start = at;
    while (at < text.length() && ",:]})".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at).strip();
    return switch (word) {
      case "None" -> null;
      case "True" -> true;
      case "False" -> false;
      default -> number(word, start);
    };
  }

  private Object number(String word, int start) throws PackageException {
    try {
      if (word.matches("-?[0-9]{1,18}")) {
        return Long.parseLong(word);
      }
      return Double.parseDouble(word);
    } catch (NumberFormatException e) {
      at = start;
      throw new PackageException(sentence("a value"), e);
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private void expect(char wanted) throws PackageException {
    if (peek() != wanted) {
      throw wrong("'" + wanted + "'");
    }
    at++;
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private PackageException wrong(String expected) {
    return new PackageException(sentence(expected));
  }

  private String sentence(String expected) {
    return "character %d must be %s: %s"
        .formatted(at, expected, text.length() > 80 ? text.substring(0, 80) + "…" : text);
  }
}
