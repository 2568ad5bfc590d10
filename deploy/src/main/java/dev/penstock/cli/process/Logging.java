package dev.penstock.cli.process;

import dev.penstock.cli.options.LogLevel;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** Sets up the platform's logging: the log goes to standard error, the access log to output. */
final class Logging {
  /** Requests, one a line, already formatted by whoever answers them. */
  private static final String ACCESS = "dev.penstock.access";

  /** Libraries that warn about what Penstock says itself, once and with what to do. */
  private static final List<String> CHATTER =
      List.of(
          // Every second while a worker waits for a router.
          "com.hazelcast.client.impl.connection",
          // A router's address is chosen, and logged, before Hazelcast looks for one.
          "com.hazelcast.instance.AddressPicker",
          // Each time a connection between machines breaks.
          "io.vertx.core.http.impl.HttpClientConnection");

  /**
   * As the former, but as an error: a connection that failed while no call was under way on it, for
   * example because the other end does not want this one's certificate.
   */
  private static final List<String> FALSE_ALARM = List.of("io.vertx.core.net.impl.ConnectionBase");

  /** Held because the platform forgets loggers, and with them their levels, that nobody holds. */
  final List<Logger> loggers;

  private Logging(List<Logger> loggers) {
    this.loggers = loggers;
  }

  /**
   * Replaces what the platform set up. Whoever gets the result holds it as long as it is to last.
   */
  static Logging start(LogLevel level, OutputStream log, OutputStream accessLog) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new LineHandler(log, new LineFormatter(level == LogLevel.DEBUG)));
    root.setLevel(platform(level.libraries()));
    Logger own = Logger.getLogger("dev.penstock");
    own.setLevel(platform(level.own()));
    Logger access = Logger.getLogger(ACCESS);
    access.setLevel(Level.INFO);
    access.setUseParentHandlers(false);
    access.addHandler(new LineHandler(accessLog, new MessageFormatter()));
    List<Logger> loggers = new ArrayList<>(List.of(root, own, access));
    if (level != LogLevel.DEBUG) {
      CHATTER.forEach(name -> loggers.add(limited(name, Level.SEVERE)));
      FALSE_ALARM.forEach(name -> loggers.add(limited(name, Level.OFF)));
    }
    return new Logging(loggers);
  }

  private static Logger limited(String name, Level level) {
    Logger logger = Logger.getLogger(name);
    logger.setLevel(level);
    return logger;
  }

  private static Level platform(System.Logger.Level level) {
    return switch (level) {
      case ERROR -> Level.SEVERE;
      case WARNING -> Level.WARNING;
      case DEBUG -> Level.FINE;
      default -> Level.INFO;
    };
  }

  /** Writes through after every record. */
  private static final class LineHandler extends StreamHandler {
    LineHandler(OutputStream out, Formatter formatter) {
      super(out, formatter);
      setLevel(Level.ALL);
    }

    @Override
    public synchronized void publish(LogRecord record) {
      super.publish(record);
      flush();
    }
  }

  /** The message and nothing else. */
  private static final class MessageFormatter extends Formatter {
    @Override
    public String format(LogRecord record) {
      return formatMessage(record) + "\n";
    }
  }
}
