package dev.penstock.telemetry;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Durations as people and clients read them: plain decimals, never an exponent. */
public final class Decimals {
  private Decimals() {}

  /** Seconds with six decimals, as {@code X-Processing-Time} has them. */
  public static String seconds(long nanos) {
    return BigDecimal.valueOf(nanos, 9).setScale(6, RoundingMode.HALF_UP).toPlainString();
  }

  /** Milliseconds with three decimals, as {@code Server-Timing} has them. */
  public static String millis(long nanos) {
    return BigDecimal.valueOf(nanos, 6).setScale(3, RoundingMode.HALF_UP).toPlainString();
  }
}
