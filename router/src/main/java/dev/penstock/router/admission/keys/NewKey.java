package dev.penstock.router.admission.keys;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes keys: 256 random bits, after a prefix by which leaked ones can be searched for. */
public final class NewKey {
  static final String PREFIX = "penstock_";
  private static final int RANDOM_BYTES = 32;

  private NewKey() {}

  /** A key that nobody has, of letters, digits, {@code -} and {@code _}. */
  public static String create() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
