package dev.penstock.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** A configuration file: a flat YAML mapping from option to value or list of values. */
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads a file; a list becomes one value with commas, as on the command line.
   *
   * @param known keys that mean something
   * @param removed keys that meant something in an earlier version, with what to do instead
   * @throws IllegalArgumentException with a sentence that names the file, the key and what is wrong
   */
  public static Map<String, String> read(
      Path file, Collection<String> known, Map<String, String> removed) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : load(file).entrySet()) {
      String key = String.valueOf(entry.getKey());
      if (removed.containsKey(key)) {
        throw new IllegalArgumentException(
            "'" + key + "' in " + file + " was removed: " + removed.get(key));
      }
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "'" + key + "' in " + file + " is not an option" + hint(key, known));
      }
      values.put(key, text(file, key, entry.getValue()));
    }
    return values;
  }

  private static Map<?, ?> load(Path file) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    Object root;
    try (Reader reader = Files.newBufferedReader(file)) {
      root = new Yaml(new SafeConstructor(options)).load(reader);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read the configuration file " + file, e);
    } catch (YAMLException e) {
      throw new IllegalArgumentException(
          file + " is not valid YAML: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
          e);
    }
    if (root == null) {
      return Map.of();
    }
    if (root instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException(
        file + " must be a mapping of options to values, for example 'port: 9001'");
  }

  private static String text(Path file, String key, @Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(item -> scalar(file, key, item)).collect(Collectors.joining(","));
    }
    return scalar(file, key, value);
  }

  private static String scalar(Path file, String key, @Nullable Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw new IllegalArgumentException(
        "'"
            + key
            + "' in "
            + file
            + (value == null
                ? " has no value: give one or remove the key"
                : " must be a value or a list of values"));
  }

  private static String hint(String key, Collection<String> known) {
    String nearest = NearestName.of(key, known);
    return nearest == null ? "" : ": did you mean '" + nearest + "'?";
  }
}
