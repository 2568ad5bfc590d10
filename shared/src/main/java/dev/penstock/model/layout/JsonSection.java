package dev.penstock.model.layout;

import dev.penstock.model.PackageException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One object of a configuration file, read with errors that name the file and the member. Numbers
 * may be written as strings, as the reference server allows it.
 */
final class JsonSection {
  private final String where;
  private final JsonObject json;

  JsonSection(String where, JsonObject json) {
    this.where = where;
    this.json = json;
  }

  /** An object inside this one; empty when it is absent or null. */
  JsonSection section(String name) throws PackageException {
    Object value = json.getValue(name);
    if (value == null) {
      return new JsonSection(path(name), new JsonObject());
    }
    if (value instanceof JsonObject object) {
      return new JsonSection(path(name), object);
    }
    throw wrong(name, "an object", value);
  }

  /** As {@link #section}, but the object may also stand there as a text of JSON. */
  JsonSection embedded(String name) throws PackageException {
    if (json.getValue(name) instanceof String text) {
      try {
        return new JsonSection(path(name), new JsonObject(text));
      } catch (DecodeException e) {
        throw new PackageException(sentence(name, "an object", text), e);
      }
    }
    return section(name);
  }

  Set<String> names() {
    return json.fieldNames();
  }

  /** The objects of a list inside this one; none when it is absent or null. */
  List<JsonSection> sections(String name) throws PackageException {
    Object value = json.getValue(name);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof JsonArray list)) {
      throw wrong(name, "a list of objects", value);
    }
    var sections = new ArrayList<JsonSection>();
    for (Object element : list) {
      if (!(element instanceof JsonObject object)) {
        throw wrong(name, "a list of objects", value);
      }
      sections.add(new JsonSection(path(name), object));
    }
    return sections;
  }

  boolean has(String name) {
    return json.getValue(name) != null;
  }

  String text(String name) throws PackageException {
    if (json.getValue(name) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw wrong(name, "a text", json.getValue(name));
  }

  String text(String name, String absent) throws PackageException {
    return has(name) ? text(name) : absent;
  }

  boolean flag(String name) throws PackageException {
    Object value = json.getValue(name);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw wrong(name, "true or false", value);
  }

  /** A whole number of at least {@code smallest}. */
  int integer(String name, int smallest) throws PackageException {
    Double value = number(name);
    if (value == null || value != Math.rint(value) || value < smallest || value > 1 << 24) {
      throw wrong(name, "a whole number from " + smallest, json.getValue(name));
    }
    return value.intValue();
  }

  @Nullable Integer optionalInteger(String name, int smallest) throws PackageException {
    return has(name) ? integer(name, smallest) : null;
  }

  /** A finite number, or null when it is absent. */
  @Nullable Double number(String name) throws PackageException {
    Object value = json.getValue(name);
    return value == null ? null : finite(name, value);
  }

  /** A list of lists of numbers, or null when it is absent. */
  @Nullable List<List<Double>> matrix(String name) throws PackageException {
    Object value = json.getValue(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof JsonArray rows)) {
      throw wrong(name, "a list of lists", value);
    }
    var matrix = new ArrayList<List<Double>>();
    for (Object row : rows) {
      if (!(row instanceof JsonArray cells)) {
        throw wrong(name, "a list of lists", value);
      }
      var numbers = new ArrayList<Double>();
      for (Object cell : cells) {
        numbers.add(finite(name, cell));
      }
      matrix.add(numbers);
    }
    return matrix;
  }

  /** An object whose members are all texts. */
  Map<String, String> texts(String name) throws PackageException {
    if (!(json.getValue(name) instanceof JsonObject object)) {
      throw wrong(name, "an object", json.getValue(name));
    }
    var texts = new LinkedHashMap<String, String>();
    for (String member : object.fieldNames()) {
      if (!(object.getValue(member) instanceof String text)) {
        throw wrong(name, "an object of texts", object);
      }
      texts.put(member, text);
    }
    return texts;
  }

  PackageException wrong(String name, String expected, @Nullable Object found) {
    return new PackageException(sentence(name, expected, found));
  }

  private double finite(String name, @Nullable Object value) throws PackageException {
    double number = Double.NaN;
    if (value instanceof Number plain) {
      number = plain.doubleValue();
    } else if (value instanceof String text) {
      try {
        number = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new PackageException(sentence(name, "a number", value), e);
      }
    }
    if (!Double.isFinite(number)) {
      throw wrong(name, "a number", value);
    }
    return number;
  }

  private String sentence(String name, String expected, @Nullable Object found) {
    return "%s must be %s, %s"
        .formatted(path(name), expected, found == null ? "it is missing" : "not " + found);
  }

  private String path(String name) {
    return where.endsWith(":") ? where + " " + name : where + "." + name;
  }
}
