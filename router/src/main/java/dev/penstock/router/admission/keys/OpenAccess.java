package dev.penstock.router.admission.keys;

import dev.penstock.router.admission.Caller;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Without a key file nobody is refused; keys only tell callers apart. It remembers none: what
 * stands for a key is computed anew for each request, so that made-up keys cost no memory here.
 */
final class OpenAccess implements Access {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SECRET_BYTES = 32;

  /** 128 bits: two keys never meet by chance. */
  private static final int ID_BYTES = 16;

  /** A body may hold a key of any length. Those that differ only after this are one caller. */
  private static final int LONGEST = 512;

  /** Never used itself, only copied: setting one up costs more than a code. */
  private final Mac keyed;

  /** With a secret of its own: ids of this process mean nothing elsewhere. */
  OpenAccess() {
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    try {
      keyed = Mac.getInstance(ALGORITHM);
      keyed.init(new SecretKeySpec(random, ALGORITHM));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  @Override
  public Grant of(@Nullable String key) {
    return key == null ? Grant.ANYBODY : Grant.everything(new Caller(id(key), 1));
  }

  @Override
  public boolean wantsKeys() {
    return false;
  }

  private String id(String key) {
    String head = key.length() > LONGEST ? key.substring(0, LONGEST) : key;
    byte[] code = copy().doFinal(head.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(code, 0, ID_BYTES);
  }

  private Mac copy() {
    try {
      return (Mac) keyed.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(ALGORITHM + " of this Java cannot be copied", e);
    }
  }
}
