package dev.penstock.router.admission.keys;

import dev.penstock.telemetry.Ticker;

/** Access as a key file would give it. */
public final class KeyFixtures {
  private KeyFixtures() {}

  /**
   * What a file says.
   *
   * @param yaml its text, in which {@code <key>} stands for the hash of that key
   */
  public static Access access(String yaml, Ticker ticker) {
    return new KeyedAccess(KeyFileParser.parse("keys.yaml", hashed(yaml)), ticker);
  }

  /** Replaces each {@code <key>} by its hash. */
  public static String hashed(String yaml) {
    return java.util.regex.Pattern.compile("<([^>]+)>")
        .matcher(yaml)
        .replaceAll(key -> "'" + KeyHash.of(key.group(1)) + "'");
  }
}
