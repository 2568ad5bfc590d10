package dev.penstock.router.admission.keys;

import dev.penstock.model.ModelIds;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which models a key may ask for: ids in which {@code *} stands for any characters. */
public final class ModelPatterns {
  /** Every model. */
  public static final ModelPatterns ALL = new ModelPatterns(List.of("*"));

  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,128}");

  /** No id is longer; what clients make up must not keep a pattern busy. */
  private static final int LONGEST_ID = 256;

  private final List<String> patterns;
  private final Pattern regex;

  private ModelPatterns(List<String> patterns) {
    this.patterns = patterns;
    this.regex =
        Pattern.compile(
            patterns.stream().map(ModelPatterns::regex).collect(Collectors.joining("|")));
  }

  /**
   * Models whose canonical id fits one of the patterns.
   *
   * @throws IllegalArgumentException when there is none, or one can fit no id
   */
  static ModelPatterns of(List<String> patterns) {
    if (patterns.isEmpty()) {
      throw new IllegalArgumentException("give at least one model, or '*' for all");
    }
    return new ModelPatterns(patterns.stream().map(ModelPatterns::canonical).toList());
  }

  private static String canonical(String pattern) {
    boolean several = pattern.indexOf('*') >= 0;
    @Nullable String id = several ? pattern : ModelIds.canonical(pattern);
    if (id == null || !FORM.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "write a model as dataset/version, with '*' for any characters: coco/*");
    }
    return id;
  }

  private static String regex(String pattern) {
    return Stream.of(pattern.split("\\*", -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }

  /** Whether all models are meant. */
  public boolean all() {
    return patterns.contains("*");
  }

  /**
   * Whether a model is meant.
   *
   * @param modelId the canonical id of a package, or what a client sent in its place
   */
  public boolean allow(String modelId) {
    return all() || (modelId.length() <= LONGEST_ID && regex.matcher(modelId).matches());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ModelPatterns that && patterns.equals(that.patterns);
  }

  @Override
  public int hashCode() {
    return Objects.hash(patterns);
  }

  @Override
  public String toString() {
    return String.join(", ", patterns);
  }
}
