package dev.penstock.config;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it: {@code 20MB}, {@code 512KiB}, {@code 1.5GB}.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)\\s*(b|kb|mb|gb|kib|mib|gib|)");

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException(bytes + " bytes is no size");
    }
  }

  /**
   * Reads a size; KB, MB and GB are powers of 1000, KiB, MiB and GiB of 1024, and a plain number is
   * bytes.
   *
   * @throws IllegalArgumentException with a sentence that says what is expected
   */
  public static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size: write for example 20MB, 512KiB or a number of bytes");
    }
    long unit =
        switch (matcher.group(2)) {
          case "kb" -> 1_000L;
          case "mb" -> 1_000_000L;
          case "gb" -> 1_000_000_000L;
          case "kib" -> 1L << 10;
          case "mib" -> 1L << 20;
          case "gib" -> 1L << 30;
          default -> 1L;
        };
    BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("'" + text + "' is larger than any size");
    }
    return new ByteSize(bytes.longValue());
  }

  /** In whole megabytes, at least one: as people want to read it. */
  public static ByteSize rounded(long bytes) {
    long megabyte = 1_000_000;
    return new ByteSize(Math.max(megabyte, bytes / megabyte * megabyte));
  }

  @Override
  public String toString() {
    if (bytes >= 1_000_000 && bytes % 1_000_000 == 0) {
      return bytes / 1_000_000 + "MB";
    }
    return bytes >= 1_000 && bytes % 1_000 == 0 ? bytes / 1_000 + "KB" : bytes + "B";
  }
}
