package dev.penstock.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Guesses which name somebody meant: the smallest edit distance, if it is small for its length. */
public final class NearestName {
  private NearestName() {}

  /** The name somebody meant, null when none is near. */
  public static @Nullable String of(String name, Collection<String> candidates) {
    String nearest = null;
    int smallest = 1 + name.length() / 3;
    for (String candidate : candidates) {
      int distance = distance(name, candidate);
      if (distance < smallest || (distance == smallest && nearest == null)) {
        smallest = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /** Levenshtein's distance, one row at a time. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
