package dev.penstock.router.admission;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How urgent a caller calls a request among its own; no caller gets ahead of others by it. */
public enum Priority {
  HIGH(4),
  NORMAL(1),
  LOW(0.25);

  private final double weight;

  Priority(double weight) {
    this.weight = weight;
  }

  /** Its part of the caller's share, relative to the other priorities that have work waiting. */
  public double weight() {
    return weight;
  }

  /** As clients write it, in any case. */
  public static Optional<Priority> of(String label) {
    return Stream.of(values())
        .filter(priority -> priority.label().equalsIgnoreCase(label))
        .findAny();
  }

  /** As clients write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
