package dev.penstock.router.admission.keys;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a key, which stands for it in files and tables.
 *
 * <p>Keys are random and long, so a fast hash without salt hides them: there is no list of likely
 * keys to try. That is also why keys that people thought up are not hashed here ({@link
 * #SHORTEST_KEY}).
 *
 * <p>Looking a hash up in a table tells an attacker with a clock at most how the hash of his guess
 * compares with hashes in the table, never how his guess compares with a key: a key one letter off
 * has another hash altogether.
 */
public final class KeyHash {
  /** Characters of the shortest key that is long enough to be random. */
  public static final int SHORTEST_KEY = 16;

  /** Characters of the longest key; longer ones are refused unread. */
  public static final int LONGEST_KEY = 512;

  static final String PREFIX = "sha256:";
  private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9a-fA-F]{64}");

  private final byte[] digest;

  private KeyHash(byte[] digest) {
    this.digest = digest;
  }

  /** The hash of a key. */
  public static KeyHash of(String key) {
    try {
      return new KeyHash(
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether a text is a hash as {@link #toString} writes it. */
  static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  /** Reads what {@link #toString} wrote. */
  static KeyHash parse(String text) {
    return new KeyHash(HexFormat.of().parseHex(text, PREFIX.length(), text.length()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyHash hash && MessageDigest.isEqual(digest, hash.digest);
  }

  @Override
  public int hashCode() {
    return ByteBuffer.wrap(digest).getInt();
  }

  /** As it stands in a key file: {@code sha256:} and 64 hexadecimal digits. */
  @Override
  public String toString() {
    return PREFIX + HexFormat.of().formatHex(digest);
  }
}
