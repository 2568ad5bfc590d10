package dev.penstock.router.api.parameters;

import dev.penstock.job.Confidence;
import dev.penstock.job.MaskFormat;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads named fields of a query or a JSON object by pydantic's lax rules. A field that is missing
 * or null takes its default; one that does not fit is added to the problems and takes it too.
 */
final class Fields {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,4})?");
  private static final Set<String> TRUE = Set.of("1", "true", "t", "yes", "y", "on");
  private static final Set<String> FALSE = Set.of("0", "false", "f", "no", "n", "off");

  private static final int LONGEST_NAME = 1_000;
  private static final String FINITE = "Input should be a finite number";

  private final String origin;
  private final Function<String, @Nullable Object> values;
  private final Predicate<String> given;
  private final Problems problems;

  private Fields(
      String origin,
      Function<String, @Nullable Object> values,
      Predicate<String> given,
      Problems problems) {
    this.origin = origin;
    this.values = values;
    this.given = given;
    this.problems = problems;
  }

  /** Of a query; the function gives the last value of a parameter. */
  static Fields query(Function<String, @Nullable String> last, Problems problems) {
    return new Fields("query", last::apply, name -> last.apply(name) != null, problems);
  }

  /** Of a JSON body. */
  static Fields body(JsonObject body, Problems problems) {
    return new Fields("body", body::getValue, body::containsKey, problems);
  }

  @Nullable Object raw(String name) {
    return values.apply(name);
  }

  @Nullable String text(String name) {
    Object value = raw(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    problem("string_type", name, "Input should be a valid string", value);
    return null;
  }

  /** Text that no answer repeats. */
  @Nullable String secret(String name) {
    Object value = raw(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    problem("string_type", name, "Input should be a valid string", null);
    return null;
  }

  /** Text where null is a problem. */
  @Nullable String textUnlessNull(String name) {
    if (nulled(name)) {
      problems.add("string_type", at(name), "Input should be a valid string", null);
      return null;
    }
    return text(name);
  }

  /** Text that every prediction repeats, and so must be short; null is a problem. */
  @Nullable String name(String name) {
    String text = textUnlessNull(name);
    if (text != null && text.length() > LONGEST_NAME) {
      problem(
          "string_too_long",
          name,
          "String should have at most " + LONGEST_NAME + " characters",
          null);
      return null;
    }
    return text;
  }

  /** One of some words, never null. */
  String oneOf(String name, List<String> words, String otherwise) {
    Object value = raw(name);
    if (value == null && !nulled(name)) {
      return otherwise;
    }
    if (value instanceof String word && words.contains(word)) {
      return word;
    }
    problems.notAmong(alternatives(words), at(name), value);
    return otherwise;
  }

  MaskFormat maskFormat(String name) {
    return MaskFormat.valueOf(
        oneOf(name, List.of("polygon", "rle"), "polygon").toUpperCase(Locale.ROOT));
  }

  /** Penstock's own parameter for the corners of oriented boxes. */
  MaskFormat withCorners(MaskFormat format) {
    return truth("oriented_boxes", false) && format == MaskFormat.POLYGON
        ? MaskFormat.CORNERS
        : format;
  }

  double number(String name, double otherwise) {
    Object value = raw(name);
    Double number = toNumber(value);
    if (number != null) {
      return number;
    }
    if (value != null) {
      numberProblem(value, at(name));
    }
    return otherwise;
  }

  /** A threshold of a task whose models recommend none for each class. */
  Confidence confidenceButBest(String name, Confidence otherwise) {
    if ("best".equals(raw(name))) {
      problem(
          "value_error",
          name,
          "Value error, confidence=\"best\" is not supported for keypoint detection. Use a float or"
              + " \"default\".",
          "best");
      return otherwise;
    }
    return confidence(name, otherwise);
  }

  /** A number or who chooses it, never null. */
  Confidence confidence(String name, Confidence otherwise) {
    Object value = raw(name);
    if (value == null && !nulled(name)) {
      return otherwise;
    }
    if (value instanceof String mode && (mode.equals("best") || mode.equals("default"))) {
      return Confidence.parse(mode);
    }
    Double number = toNumber(value);
    if (number != null) {
      return Confidence.of(number);
    }
    numberProblem(value, List.of(origin, name, "float"));
    problems.notAmong(
        "'best' or 'default'", List.of(origin, name, "literal['best','default']"), value);
    return otherwise;
  }

  /** A whole number that is not negative. */
  int count(String name, int otherwise) {
    Object value = raw(name);
    if (value == null) {
      return otherwise;
    }
    Double number = toNumber(value);
    if (number == null) {
      if (value instanceof Number) {
        problem("finite_number", name, FINITE, null);
      } else if (value instanceof String) {
        problem(
            "int_parsing",
            name,
            "Input should be a valid integer, unable to parse string as an integer",
            value);
      } else {
        problem("int_type", name, "Input should be a valid integer", value);
      }
      return otherwise;
    }
    if (number != Math.rint(number)) {
      problem(
          "int_from_float",
          name,
          "Input should be a valid integer, got a number with a fractional part",
          value);
      return otherwise;
    }
    if (number < 0) {
      problem("greater_than_equal", name, "Input should be greater than or equal to 0", value);
      return otherwise;
    }
    return (int) Math.min(number, Integer.MAX_VALUE);
  }

  /** A truth value where null is a problem. */
  boolean truthUnlessNull(String name, boolean otherwise) {
    if (nulled(name)) {
      problems.add("bool_type", at(name), "Input should be a valid boolean", null);
      return otherwise;
    }
    return truth(name, otherwise);
  }

  boolean truth(String name, boolean otherwise) {
    Object value = raw(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean known) {
      return known;
    }
    if (value instanceof String || value instanceof Number) {
      String word = (value instanceof Number n ? decimal(n) : value.toString());
      word = word.toLowerCase(Locale.ROOT);
      if (TRUE.contains(word)) {
        return true;
      }
      if (FALSE.contains(word)) {
        return false;
      }
      problem(
          "bool_parsing",
          name,
          "Input should be a valid boolean, unable to interpret input",
          value);
    } else {
      problem("bool_type", name, "Input should be a valid boolean", value);
    }
    return otherwise;
  }

  List<String> texts(String name) {
    Object value = raw(name);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof JsonArray list)) {
      problem("list_type", name, "Input should be a valid list", value);
      return List.of();
    }
    var texts = new ArrayList<String>();
    for (int i = 0; i < list.size(); i++) {
      Object element = list.getValue(i);
      if (element instanceof String text) {
        texts.add(text);
      } else {
        problems.add(
            "string_type", List.of(origin, name, i), "Input should be a valid string", element);
      }
    }
    return texts;
  }

  private boolean nulled(String name) {
    return given.test(name) && raw(name) == null;
  }

  private static String alternatives(List<String> words) {
    return words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" or "));
  }

  /** Without a fraction that is zero: 1.0 is as true as 1. */
  private static String decimal(Number number) {
    double value = number.doubleValue();
    return value == Math.rint(value) ? Long.toString((long) value) : number.toString();
  }

  private List<Object> at(String name) {
    return List.of(origin, name);
  }

  private void problem(String type, String name, String message, @Nullable Object value) {
    problems.add(type, at(name), message, value);
  }

  private void numberProblem(@Nullable Object value, List<Object> location) {
    if (value instanceof String) {
      problems.add(
          "float_parsing",
          location,
          "Input should be a valid number, unable to parse string as a number",
          value);
    } else if (value instanceof Number) {
      problems.add("finite_number", location, FINITE, null);
    } else {
      problems.add("float_type", location, "Input should be a valid number", value);
    }
  }

  /** Finite numbers only: a threshold that is no number would silently drop everything. */
  private static @Nullable Double toNumber(@Nullable Object value) {
    if (value instanceof Number number) {
      double finite = number.doubleValue();
      return Double.isFinite(finite) ? finite : null;
    }
    if (value instanceof Boolean truth) {
      return truth ? 1.0 : 0.0;
    }
    if (value instanceof String text && NUMBER.matcher(text.strip()).matches()) {
      double finite = Double.parseDouble(text.strip());
      return Double.isFinite(finite) ? finite : null;
    }
    return null;
  }
}
