package dev.penstock.worker.shelf;

import dev.penstock.telemetry.Ticker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Packages that it is no use to try again for a while, by digest. Thread-safe. */
final class Refusals {
  private final long nanos;
  private final Ticker ticker;
  private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();

  private record Refusal(String reason, long sinceNanos) {}

  /**
   * @param nanos for how long each is refused
   */
  Refusals(long nanos, Ticker ticker) {
    this.nanos = nanos;
    this.ticker = ticker;
  }

  void add(String digest, String reason) {
    long now = ticker.nanos();
    refusals.values().removeIf(each -> isOver(each, now));
    refusals.put(digest, new Refusal(reason, now));
  }

  /** Why it is refused now; null when it is not. */
  @Nullable String reason(String digest) {
    Refusal refusal = refusals.get(digest);
    return refusal == null || isOver(refusal, ticker.nanos()) ? null : refusal.reason();
  }

  private boolean isOver(Refusal refusal, long now) {
    return now - refusal.sinceNanos() >= nanos;
  }
}
