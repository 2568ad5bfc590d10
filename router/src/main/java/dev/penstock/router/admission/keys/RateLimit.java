package dev.penstock.router.admission.keys;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How often a key may ask.
 *
 * @param perSecond on average
 * @param unit what is counted
 * @param burst how much at once after a pause; from 1 on
 */
public record RateLimit(double perSecond, Unit unit, int burst) {
  static final int LARGEST_BURST = 1_000_000;
  private static final double LOWEST = 0.001;
  private static final double HIGHEST = 1_000_000;
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,7}(?:\\.\\d{1,6})?) ?(requests?|images?)/s");

  /** What is counted. */
  public enum Unit {
    REQUESTS,
    IMAGES;

    /** As people write it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads a rate.
   *
   * @param rate for example {@code 50 images/s}
   * @param burst null for what a second brings, at least 1
   * @throws IllegalArgumentException with a sentence that says what is expected
   */
  static RateLimit parse(String rate, @Nullable Integer burst) {
    Matcher form = FORM.matcher(rate.strip());
    double perSecond = form.matches() ? Double.parseDouble(form.group(1)) : 0;
    if (perSecond < LOWEST || perSecond > HIGHEST) {
      throw new IllegalArgumentException(
          "write a rate from 0.001 to 1000000 as '50 images/s' or '10 requests/s'");
    }
    Unit unit = form.group(2).startsWith("image") ? Unit.IMAGES : Unit.REQUESTS;
    return new RateLimit(
        perSecond, unit, burst == null ? (int) Math.ceil(Math.max(1, perSecond)) : burst);
  }

  @Override
  public String toString() {
    String number =
        perSecond == Math.rint(perSecond)
            ? Long.toString((long) perSecond)
            : Double.toString(perSecond);
    return number + " " + unit.word() + " per second, at most " + burst + " at once";
  }
}
