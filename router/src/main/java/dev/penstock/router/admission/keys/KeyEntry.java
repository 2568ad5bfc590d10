package dev.penstock.router.admission.keys;

import dev.penstock.config.NearestName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** What a key file says of one key. */
final class KeyEntry {
  private static final List<String> PROPERTIES =
      List.of("hash", "weight", "rate", "burst", "models", "admin");

  /** Where people put the key itself. */
  private static final Set<String> CLEAR_TEXT =
      Set.of("key", "api_key", "apikey", "api-key", "secret", "token", "password", "value");

  private static final String HASH_IT =
      "keys do not stand here in clear text: run 'penstock keys hash', give it the key, and write"
          + " what it prints";
  private static final Pattern COUNT = Pattern.compile("[1-9]\\d{0,6}");
  private static final Pattern WEIGHT = Pattern.compile("\\d{1,4}(\\.\\d{1,6})?");
  private static final double LOWEST_WEIGHT = 0.001;
  private static final double HIGHEST_WEIGHT = 1000;

  private final KeyFileParser file;
  private final Map<String, Node> properties = new LinkedHashMap<>();

  private KeyEntry(KeyFileParser file) {
    this.file = file;
  }

  static ApiKey read(KeyFileParser file, Node at, String name, Node value) {
    if (!(value instanceof MappingNode map)) {
      throw file.wrong(
          at, "say what '%s' is: '%s: {hash: \"sha256:…\"}'; %s".formatted(name, name, HASH_IT));
    }
    var entry = new KeyEntry(file);
    map.getValue().forEach(entry::add);
    Node hash = entry.properties.get("hash");
    if (hash == null) {
      throw file.wrong(at, "'" + name + "' has no hash: 'penstock keys create' makes one");
    }
    boolean admin = entry.admin();
    Node models = entry.properties.get("models");
    if (admin && models != null) {
      throw file.wrong(models, "'admin' is for all models: leave out 'models', or 'admin'");
    }
    return new ApiKey(
        name, entry.hash(hash), entry.weight(), entry.limit(), entry.models(models), admin);
  }

  private void add(NodeTuple tuple) {
    Node at = tuple.getKeyNode();
    String property = at instanceof ScalarNode scalar ? scalar.getValue() : "";
    if (CLEAR_TEXT.contains(property.toLowerCase(Locale.ROOT))) {
      throw file.wrong(at, HASH_IT + " under 'hash'");
    }
    if (!PROPERTIES.contains(property)) {
      String nearest = NearestName.of(property, PROPERTIES);
      throw file.wrong(
          at,
          nearest == null
              ? "this is none of " + String.join(", ", PROPERTIES)
              : "'" + property + "' is nothing that is read: did you mean '" + nearest + "'?");
    }
    if (properties.put(property, tuple.getValueNode()) != null) {
      throw file.wrong(at, "'" + property + "' stands here twice");
    }
  }

  private KeyHash hash(Node node) {
    String text = text(node, "hash");
    if (!KeyHash.isOne(text)) {
      throw file.wrong(node, "a hash is 'sha256:' and 64 hexadecimal digits; " + HASH_IT);
    }
    return KeyHash.parse(text);
  }

  private double weight() {
    Node node = properties.get("weight");
    if (node == null) {
      return 1;
    }
    String text = text(node, "weight");
    double weight = WEIGHT.matcher(text).matches() ? Double.parseDouble(text) : 0;
    if (weight < LOWEST_WEIGHT || weight > HIGHEST_WEIGHT) {
      throw file.wrong(node, "a weight is a number from 0.001 to 1000; 1 when nothing is said");
    }
    return weight;
  }

  private @Nullable RateLimit limit() {
    Node rate = properties.get("rate");
    Node burst = properties.get("burst");
    if (rate == null) {
      if (burst != null) {
        throw file.wrong(
            burst, "'burst' means nothing without 'rate': add for example '10 images/s'");
      }
      return null;
    }
    Integer most = burst == null ? null : count(burst);
    return sentence(rate, () -> RateLimit.parse(text(rate, "rate"), most));
  }

  private int count(Node node) {
    String text = text(node, "burst");
    if (!COUNT.matcher(text).matches() || Integer.parseInt(text) > RateLimit.LARGEST_BURST) {
      throw file.wrong(node, "'burst' is a whole number from 1 to " + RateLimit.LARGEST_BURST);
    }
    return Integer.parseInt(text);
  }

  private ModelPatterns models(@Nullable Node node) {
    if (node == null) {
      return ModelPatterns.ALL;
    }
    List<String> patterns =
        node instanceof SequenceNode list
            ? list.getValue().stream().map(item -> text(item, "models")).toList()
            : List.of(text(node, "models"));
    return sentence(node, () -> ModelPatterns.of(patterns));
  }

  private boolean admin() {
    Node node = properties.get("admin");
    if (node == null) {
      return false;
    }
    return switch (text(node, "admin").toLowerCase(Locale.ROOT)) {
      case "true", "yes" -> true;
      case "false", "no" -> false;
      default -> throw file.wrong(node, "'admin' is true or false");
    };
  }

  private String text(Node node, String property) {
    if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
      return scalar.getValue().strip();
    }
    throw file.wrong(node, "'" + property + "' has no value, or not a single one");
  }

  private <T> T sentence(Node at, Supplier<T> parse) {
    try {
      return parse.get();
    } catch (IllegalArgumentException e) {
      throw file.wrong(at, String.valueOf(e.getMessage()));
    }
  }
}
