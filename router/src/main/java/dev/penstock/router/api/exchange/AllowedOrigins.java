package dev.penstock.router.api.exchange;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Origins that browsers may call from. */
public final class AllowedOrigins {
  /** Origins are short; a long one would be sent back twice. */
  private static final int LONGEST = 512;

  private final Set<String> listed;

  /**
   * @param listed as browsers write them, such as {@code https://app.example.org}; {@code *} is any
   */
  public AllowedOrigins(Iterable<String> listed) {
    var all = new java.util.HashSet<String>();
    listed.forEach(all::add);
    this.listed = Set.copyOf(all);
  }

  /** Whether pages of this origin may call; what no browser says is none. */
  boolean allow(@Nullable String origin) {
    return origin != null
        && origin.length() <= LONGEST
        && origin.chars().allMatch(c -> c > ' ' && c <= '~')
        && (listed.contains("*") || listed.contains(origin));
  }

  /** Whether somebody has named this origin, so that it is one of theirs. */
  boolean name(@Nullable String origin) {
    return origin != null && !origin.equals("*") && listed.contains(origin);
  }
}
