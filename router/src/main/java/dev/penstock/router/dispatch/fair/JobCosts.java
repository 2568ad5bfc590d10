package dev.penstock.router.dispatch.fair;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long a job of each model occupies a device, as workers measure it: every router hears the
 * same numbers. Guarded by {@link FairTags}.
 */
final class JobCosts {
  /** Of a job when nothing is known of any model. */
  static final long UNKNOWN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Map<String, Double> nanos = new HashMap<>();

  /** Learns what a worker measured; recent ones weigh more (weight 1/8). */
  void heard(String model, long jobNanos) {
    if (jobNanos > 0) {
      nanos.merge(model, (double) jobNanos, (mean, latest) -> mean + (latest - mean) / 8);
    }
  }

  /** Microseconds; of a model that has not run yet the mean of the others. */
  double micros(String model) {
    Double known = nanos.get(model);
    double cost =
        known != null
            ? known
            : nanos.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(UNKNOWN_NANOS);
    return cost / TimeUnit.MICROSECONDS.toNanos(1);
  }
}
