package dev.penstock.model;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * More names of models. A model that is served under a name itself comes before an alias of that
 * name.
 *
 * @param targets model ids by alias
 */
public record ModelAliases(Map<String, String> targets) {
  private static final String HOSTED = "hosted-aliases.properties";

  public ModelAliases {
    targets = Map.copyOf(targets);
  }

  /** The public names of the hosted API's pretrained models. */
  public static ModelAliases hosted() {
    var table = new Properties();
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(ModelAliases.class.getResourceAsStream(HOSTED)),
            StandardCharsets.UTF_8)) {
      table.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(HOSTED + " of this program cannot be read", e);
    }
    var targets = new HashMap<String, String>();
    table.stringPropertyNames().forEach(name -> targets.put(name, table.getProperty(name)));
    return new ModelAliases(targets);
  }

  /** These and others, which win. */
  public ModelAliases with(Map<String, String> others) {
    var all = new HashMap<>(targets);
    all.putAll(others);
    return new ModelAliases(all);
  }

  /** The id that a name stands for; itself when it is no alias. */
  public String resolve(String modelId) {
    return targets.getOrDefault(modelId, modelId);
  }

  /** The package a client means, by its id or an alias of it. */
  public @Nullable ModelPackage find(ModelRepository repository, String modelId) {
    ModelPackage named = repository.find(modelId);
    return named == null ? repository.find(resolve(modelId)) : named;
  }
}
