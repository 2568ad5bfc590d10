package dev.penstock.cli.process;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * One line a record: {@code 2026-11-21T11:00:00.123Z INFO router.dispatch message}. A failure adds
 * its class and message; its stack trace follows only for errors and where everything is wanted.
 */
final class LineFormatter extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final boolean traces;

  LineFormatter(boolean traces) {
    this.traces = traces;
  }

  @Override
  public String format(LogRecord record) {
    StringBuilder line = new StringBuilder(160);
    TIME.formatTo(Instant.ofEpochMilli(record.getMillis()), line);
    line.append(' ').append(level(record.getLevel()));
    line.append(' ').append(component(record.getLoggerName()));
    line.append(' ').append(formatMessage(record).replaceAll("\\R\\s*", " | "));
    Throwable failure = record.getThrown();
    if (failure != null) {
      line.append(": ").append(failure.toString().replaceAll("\\R\\s*", " | "));
    }
    line.append('\n');
    if (failure != null && (traces || record.getLevel().intValue() >= Level.SEVERE.intValue())) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      line.append(trace);
    }
    return line.toString();
  }

  private static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "WARNING";
    }
    return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  /** Penstock's packages and the names of libraries, without what all of them share. */
  private static String component(@Nullable String logger) {
    if (logger == null || logger.isEmpty()) {
      return "java";
    }
    if (logger.startsWith("dev.penstock.")) {
      String name = logger.substring("dev.penstock.".length());
      int cut = name.lastIndexOf('.');
      return cut < 0 ? name : name.substring(0, cut);
    }
    String[] parts = logger.split("\\.", 3);
    return parts.length > 2 ? parts[1] : parts[0];
  }
}
