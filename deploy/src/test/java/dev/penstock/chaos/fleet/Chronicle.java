package dev.penstock.chaos.fleet;

import dev.penstock.telemetry.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Says what is done, when, counted from the start. Thread-safe. */
public final class Chronicle {
  private static final int LAST = 40;

  private final Ticker ticker = Ticker.SYSTEM;
  private final long startedNanos = ticker.nanos();
  private final Deque<String> last = new ArrayDeque<>();

  public Duration elapsed() {
    return Duration.ofNanos(ticker.nanos() - startedNanos);
  }

  /** Prints a line with the time. */
  @SuppressWarnings("SystemOut") // the time line of a run that lasts for hours
  public synchronized void say(String what) {
    Duration at = elapsed();
    String line =
        "+%d:%02d:%02d.%03d %s"
            .formatted(
                at.toHours(), at.toMinutesPart(), at.toSecondsPart(), at.toMillisPart(), what);
    System.out.println(line);
    last.add(line);
    if (last.size() > LAST) {
      last.remove();
    }
  }

  /** The last lines. */
  public synchronized List<String> last() {
    return List.copyOf(last);
  }
}
