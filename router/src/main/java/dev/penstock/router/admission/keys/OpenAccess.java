package dev.penstock.router.admission.keys;

import dev.penstock.router.admission.Caller;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
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

  private final SecretKeySpec secret;

  /** With a secret of its own: ids of this process mean nothing elsewhere. */
  OpenAccess() {
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    secret = new SecretKeySpec(random, ALGORITHM);
  }

  @Override
  public Grant of(@Nullable String key) {
    return key == null ? Grant.ANYBODY : Grant.everything(new Caller(id(key), 1));
  }

  private String id(String key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      String head = key.length() > LONGEST ? key.substring(0, LONGEST) : key;
      byte[] code = mac.doFinal(head.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(code, ID_BYTES));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
