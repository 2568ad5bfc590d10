package dev.penstock.cluster;

import dev.penstock.telemetry.Ticker;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says that somebody of another cluster was turned away. Hazelcast knows, and tells nobody but in a
 * log that nobody reads, each time it is tried again; here it is said once a minute of each
 * machine, and of {@value #MOST_A_MINUTE} at most. Without that only the other side would hear of
 * it.
 */
final class ForeignersWatch implements Filter {
  /** Where Hazelcast says it. Held because the platform forgets loggers that nobody holds. */
  private static final Logger HAZELCAST =
      Logger.getLogger("com.hazelcast.client.impl.protocol.task.AuthenticationMessageTask");

  private static final System.Logger LOG = System.getLogger(ForeignersWatch.class.getName());
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_A_MINUTE = 10;
  private static final Pattern TURNED_AWAY =
      Pattern.compile("->/((\\S+):\\d+),.*, authentication failed");

  private final Ticker ticker;
  private final Set<String> said = new HashSet<>();
  private long since;

  ForeignersWatch(Ticker ticker) {
    this.ticker = ticker;
    this.since = ticker.nanos();
  }

  /** From now on, in this process. Again changes nothing. */
  static void start() {
    synchronized (HAZELCAST) {
      if (!(HAZELCAST.getFilter() instanceof ForeignersWatch)) {
        start(Ticker.SYSTEM);
      }
    }
  }

  /** As the other, and what was said before counts no longer. */
  static void start(Ticker ticker) {
    synchronized (HAZELCAST) {
      HAZELCAST.setFilter(new ForeignersWatch(ticker));
      HAZELCAST.setLevel(Level.FINE);
    }
  }

  @Override
  public boolean isLoggable(LogRecord record) {
    Matcher turnedAway = TURNED_AWAY.matcher(String.valueOf(record.getMessage()));
    if (turnedAway.find() && isNews(turnedAway.group(2))) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} is of another cluster and is not let in: give --cluster-name the same value here and"
              + " there, or --join another address there.",
          turnedAway.group(1));
    }
    return record.getLevel().intValue() >= Level.WARNING.intValue();
  }

  private synchronized boolean isNews(String host) {
    long now = ticker.nanos();
    if (now - since >= MINUTE_NANOS) {
      since = now;
      said.clear();
    }
    return said.size() < MOST_A_MINUTE && said.add(host);
  }
}
