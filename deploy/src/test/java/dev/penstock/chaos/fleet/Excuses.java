package dev.penstock.chaos.fleet;

import dev.penstock.telemetry.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** When something was done to a router that its own clients cannot but notice. Thread-safe. */
public final class Excuses {
  private static final int KEPT = 100;
  private static final long NOT_OVER = Long.MAX_VALUE;

  private final Ticker ticker;
  private final List<Excuse> excuses = new ArrayList<>();

  public Excuses(Ticker ticker) {
    this.ticker = ticker;
  }

  /** What was done. */
  public enum Cause {
    /** Connections to it break. */
    ROUTER_DIED,
    /** It is told to end; at its very end it closes connections that are idle. */
    ROUTER_LEAVES,
    /** What was sent to it waits until it goes on. */
    ROUTER_STOOD_STILL
  }

  /** From when on to when its clients may notice. */
  public static final class Excuse {
    private final Cause cause;
    private final long fromNanos;
    private long toNanos = NOT_OVER;

    private Excuse(Cause cause, long fromNanos) {
      this.cause = cause;
      this.fromNanos = fromNanos;
    }
  }

  /** It is about to be done. */
  public synchronized Excuse begin(Cause cause) {
    var excuse = new Excuse(cause, ticker.nanos());
    excuses.add(excuse);
    if (excuses.size() > KEPT) {
      excuses.remove(0);
    }
    return excuse;
  }

  /** It is over, and its effects after some more time. */
  public synchronized void end(Excuse excuse, Duration aftermath) {
    excuse.toNanos = ticker.nanos() + aftermath.toNanos();
  }

  /** Whether it was so at any time in between. */
  public synchronized boolean holds(Cause cause, long fromNanos, long toNanos) {
    return excuses.stream()
        .anyMatch(
            excuse ->
                excuse.cause == cause
                    && excuse.fromNanos - toNanos <= 0
                    && (excuse.toNanos == NOT_OVER || excuse.toNanos - fromNanos >= 0));
  }
}
