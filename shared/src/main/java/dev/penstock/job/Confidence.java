package dev.penstock.job;

/**
 * The confidence below which a prediction is left out.
 *
 * @param mode where the threshold comes from
 * @param value the threshold when the mode is {@link Mode#VALUE}, else unused
 */
public record Confidence(Mode mode, double value) {
  /** Where a threshold comes from. */
  public enum Mode {
    /** The request says it. */
    VALUE,
    /** The model's recommended thresholds, per class where it has them. */
    BEST,
    /** The default of the model's architecture. */
    DEFAULT
  }

  public static Confidence of(double value) {
    return new Confidence(Mode.VALUE, value);
  }

  /**
   * The request's threshold, else the model's.
   *
   * @param modelDefault for the modes without a number
   */
  public double orElse(double modelDefault) {
    return mode == Mode.VALUE ? value : modelDefault;
  }

  /** The wire form: {@code best}, {@code default}, or the number. */
  @Override
  public String toString() {
    return switch (mode) {
      case VALUE -> Double.toString(value);
      case BEST -> "best";
      case DEFAULT -> "default";
    };
  }

  /** Reads what another version wrote; what this one does not know is left to the model. */
  static Confidence read(String wire) {
    try {
      return parse(wire);
    } catch (NumberFormatException later) {
      return new Confidence(Mode.DEFAULT, 0);
    }
  }

  /**
   * Reads {@link #toString()} back.
   *
   * @throws NumberFormatException when the text is neither a mode nor a number
   */
  public static Confidence parse(String text) {
    return switch (text) {
      case "best" -> new Confidence(Mode.BEST, 0);
      case "default" -> new Confidence(Mode.DEFAULT, 0);
      default -> of(Double.parseDouble(text));
    };
  }
}
