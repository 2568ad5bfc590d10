package dev.penstock.router.admission;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long a request may take from its parsed head to its answer: what its header {@code
 * X-Request-Timeout} says, else the server's own.
 *
 * @param standard for requests that say nothing
 * @param longest what a request may ask for; at least the standard one
 */
public record RequestTimeouts(Duration standard, Duration longest) {
  /** The header, in seconds. */
  public static final String HEADER = "X-Request-Timeout";

  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?|\\.\\d{1,9}");

  public RequestTimeouts {
    if (standard.isZero() || standard.isNegative() || longest.compareTo(standard) < 0) {
      throw new IllegalArgumentException("no bounds: " + standard + " of " + longest);
    }
  }

  /**
   * The time limit of a request.
   *
   * @param header the value of {@link #HEADER}, or null
   * @throws IllegalArgumentException with a sentence for the client when the value is no time that
   *     can be kept
   */
  public Duration of(@Nullable String header) {
    if (header == null) {
      return standard;
    }
    String text = header.strip();
    if (!SECONDS.matcher(text).matches()) {
      throw refused(text);
    }
    long nanos = new BigDecimal(text).movePointRight(9).longValueExact();
    if (nanos <= 0 || nanos > longest.toNanos()) {
      throw refused(text);
    }
    return Duration.ofNanos(nanos);
  }

  private IllegalArgumentException refused(String text) {
    String shown = text.length() > 32 ? text.substring(0, 32) + "…" : text;
    return new IllegalArgumentException(
        "%s: '%s' is no time limit of this server. Send seconds above 0 and at most %s, for example 2.5."
            .formatted(HEADER, shown.replaceAll("[^\\x20-\\x7e…]", "?"), seconds(longest)));
  }

  /** What a client is told whose time is over. */
  public static String expired(Duration timeout) {
    return "The request was not answered within "
        + seconds(timeout)
        + " s. Retry, or allow more time with the header "
        + HEADER
        + ".";
  }

  /** Seconds without needless zeros. */
  public static String seconds(Duration time) {
    return BigDecimal.valueOf(time.toNanos(), 9).stripTrailingZeros().toPlainString();
  }
}
