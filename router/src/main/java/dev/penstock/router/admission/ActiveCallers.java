package dev.penstock.router.admission;

import dev.penstock.telemetry.Ticker;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who has asked for something a short while ago. Not thread-safe: guarded by the {@link
 * AdmissionControl}.
 */
final class ActiveCallers {
  /** Who has not asked for so long leaves its part to the others. */
  static final long MEMORY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Clients choose their keys, so what is remembered of them is bounded; the eldest goes. */
  static final int MOST = 10_000;

  private final Ticker ticker;

  /** The one who asked last comes last. */
  private final Map<String, Seen> seen = new LinkedHashMap<>();

  private double weights;

  private record Seen(double weight, long nanos) {}

  ActiveCallers(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Somebody asks, whatever it is told. */
  void asked(Caller caller) {
    Seen before = seen.remove(caller.id());
    weights += caller.weight() - (before == null ? 0 : before.weight());
    seen.put(caller.id(), new Seen(caller.weight(), ticker.nanos()));
    forgetOld();
  }

  /**
   * Whether nobody else is active, who would have to be protected.
   *
   * @param caller null for one whose key is not known yet
   */
  boolean alone(@Nullable Caller caller) {
    forgetOld();
    return seen.isEmpty()
        || (seen.size() == 1 && (caller == null || seen.containsKey(caller.id())));
  }

  /**
   * The caller's weight relative to the mean weight of those who are active.
   *
   * @param caller null for one whose key is not known yet
   */
  double share(@Nullable Caller caller) {
    forgetOld();
    return caller == null || seen.isEmpty() ? 1 : caller.weight() * seen.size() / weights;
  }

  /** How many there are. */
  int size() {
    return seen.size();
  }

  private void forgetOld() {
    long now = ticker.nanos();
    Iterator<Seen> eldestFirst = seen.values().iterator();
    while (eldestFirst.hasNext()) {
      Seen eldest = eldestFirst.next();
      if (seen.size() <= MOST && now - eldest.nanos() < MEMORY_NANOS) {
        return;
      }
      weights -= eldest.weight();
      eldestFirst.remove();
    }
    weights = 0;
  }
}
