package dev.penstock.router.dispatch.inflight;

import dev.penstock.telemetry.Ticker;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Workers that fail job after job for reasons of their own. One that fails fast would otherwise
 * take most of what waits, and spend the one retry of each job. Workers notice that themselves and
 * stop; this is for those that do not. Guarded by the {@link InFlightTable}.
 */
final class FailureStreaks {
  /** A row that did not go on for so long is over; its worker may be gone. */
  static final long MEMORY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Ticker ticker;
  private final Map<String, Streak> streaks = new HashMap<>();

  private record Streak(int failures, long lastNanos) {}

  FailureStreaks(Ticker ticker) {
    this.ticker = ticker;
  }

  /** A worker failed a job that another one might not have failed. */
  void failed(String instance) {
    long now = ticker.nanos();
    streaks.values().removeIf(streak -> now - streak.lastNanos() >= MEMORY_NANOS);
    streaks.merge(
        instance, new Streak(1, now), (before, one) -> new Streak(before.failures() + 1, now));
  }

  /** One of those jobs was failed by another worker, too. */
  void takeBack(String instance) {
    streaks.computeIfPresent(
        instance,
        (worker, streak) ->
            streak.failures() == 1 ? null : new Streak(streak.failures() - 1, streak.lastNanos()));
  }

  /** A worker did a job, or found what is wrong with it. */
  void didWell(String instance) {
    streaks.remove(instance);
  }

  /** A worker is gone. */
  void forget(String instance) {
    streaks.remove(instance);
  }

  /** Whether it failed its last jobs, be it a while ago. */
  boolean failsOften(String instance) {
    Streak streak = streaks.get(instance);
    return streak != null && isLong(streak);
  }

  /** Whether it failed its last jobs a short while ago. */
  boolean isBenched(String instance) {
    Streak streak = streaks.get(instance);
    return streak != null && isBenched(streak);
  }

  /** Who {@link #isBenched}. */
  Set<String> benched() {
    return streaks.isEmpty()
        ? Set.of()
        : streaks.entrySet().stream()
            .filter(entry -> isBenched(entry.getValue()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
  }

  private boolean isBenched(Streak streak) {
    return isLong(streak) && ticker.nanos() - streak.lastNanos() < LeaseTerms.BENCHED_NANOS;
  }

  private static boolean isLong(Streak streak) {
    return streak.failures() >= LeaseTerms.MOST_FAILURES_IN_A_ROW;
  }
}
