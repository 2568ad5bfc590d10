package dev.penstock.job;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads names that a later version may have more of: a router and a worker one version apart work
 * together.
 */
public final class KnownName {
  private KnownName() {}

  /**
   * The constant of that name, in capitals or not.
   *
   * @param otherwise stands for every name that this version does not know, and for none
   */
  public static <E extends Enum<E>> E of(Class<E> type, @Nullable String name, E otherwise) {
    if (name != null) {
      String constant = name.toUpperCase(Locale.ROOT);
      for (E known : type.getEnumConstants()) {
        if (known.name().equals(constant)) {
          return known;
        }
      }
    }
    return otherwise;
  }
}
