package dev.penstock.chaos.trouble;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Something that breaks, and is repaired again before it returns.
 *
 * @param name in the time line
 */
public record Trouble(String name, Work work) {
  /** Makes it; what it picks comes from the random numbers. */
  public interface Work {
    void make(Random random) throws Exception;
  }

  static String oneOf(List<String> names, Random random) {
    return names.get(random.nextInt(names.size()));
  }

  static Duration between(double leastSeconds, double mostSeconds, Random random) {
    double seconds = leastSeconds + (mostSeconds - leastSeconds) * random.nextDouble();
    return Duration.ofMillis((long) (seconds * 1000));
  }

  static String seconds(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }
}
