package dev.penstock.router.admission;

import java.util.HashMap;
import java.util.Map;

/**
 * What one job of a model costs, measured in seconds of a device. Only their ratios matter: rates
 * and backlogs are expressed in the same unit. Not thread-safe: guarded by the {@link
 * AdmissionControl}.
 */
final class JobCosts {
  private static final double LATEST_COUNTS = 1.0 / 8;
  private static final double LEAST = 1e-6;

  private final Map<String, Double> seconds = new HashMap<>();

  /** A job of that model has taken a device for so long, batch mates taken off. */
  void executed(String digest, double deviceSeconds) {
    seconds.merge(
        digest,
        Math.max(LEAST, deviceSeconds),
        (mean, latest) -> mean + (latest - mean) * LATEST_COUNTS);
  }

  /** Whether any job has run. */
  boolean known() {
    return !seconds.isEmpty();
  }

  /** What is expected of the next one; a model that never ran counts as the mean of the others. */
  double of(String digest) {
    Double known = seconds.get(digest);
    if (known != null) {
      return known;
    }
    return seconds.values().stream().mapToDouble(Double::doubleValue).average().orElse(1);
  }

  /** What the cheapest model costs. */
  double least() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).min().orElse(1);
  }
}
