package dev.penstock.router.admission.keys;

import org.jspecify.annotations.Nullable;

/** Decides by its key what a request may do. Safe for use by any thread; never blocks. */
@FunctionalInterface
public interface Access {
  /**
   * What a request with that key may do.
   *
   * @param key as the client sent it, null when it sent none
   * @return null when it may do nothing
   */
  @Nullable Grant of(@Nullable String key);

  /** Whether a request without a key may do nothing. */
  default boolean wantsKeys() {
    return true;
  }

  /** Everybody may do everything, and whoever sends the same key is the same caller. */
  static Access open() {
    return new OpenAccess();
  }
}
