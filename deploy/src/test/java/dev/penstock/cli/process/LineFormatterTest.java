package dev.penstock.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LineFormatterTest {
  private final LineFormatter formatter = new LineFormatter(false);

  @Test
  void writes_time_level_component_and_message() {
    LogRecord record = record(Level.INFO, "dev.penstock.router.dispatch.Flight", "{0} jobs");
    record.setParameters(new Object[] {3});
    assertThat(formatter.format(record))
        .isEqualTo("2026-11-21T11:00:00.123Z INFO router.dispatch 3 jobs\n");
  }

  @ParameterizedTest
  @CsvSource({
    "dev.penstock.router.RouterNode,router",
    "dev.penstock.access,access",
    "com.hazelcast.internal.Node,hazelcast",
    "io.vertx.core.impl.X,vertx",
    "main,main",
    "'',java"
  })
  void names_the_component(String logger, String component) {
    assertThat(formatter.format(record(Level.INFO, logger, "m")))
        .isEqualTo("2026-11-21T11:00:00.123Z INFO " + component + " m\n");
  }

  @ParameterizedTest
  @CsvSource({"SEVERE,ERROR", "WARNING,WARNING", "INFO,INFO", "CONFIG,DEBUG", "FINE,DEBUG"})
  void names_the_level(String level, String name) {
    assertThat(formatter.format(record(Level.parse(level), "a", "m"))).contains(" " + name + " a ");
  }

  @Test
  void keeps_a_message_of_several_lines_in_one() {
    assertThat(formatter.format(record(Level.INFO, "a", "Members {\n\tone\r\n\ttwo }")))
        .endsWith("INFO a Members { | one | two }\n");
  }

  @Test
  void a_warning_says_its_cause_in_the_line() {
    assertThat(formatter.format(failed(Level.WARNING)))
        .endsWith("WARNING a m: java.lang.IllegalStateException: why\n");
  }

  @Test
  void an_error_shows_its_trace() {
    assertThat(formatter.format(failed(Level.SEVERE)))
        .contains("ERROR a m: java.lang.IllegalStateException: why\n")
        .contains("\tat dev.penstock.cli.process.LineFormatterTest");
  }

  @Test
  void everything_shows_its_trace_where_everything_is_wanted() {
    assertThat(new LineFormatter(true).format(failed(Level.FINE)))
        .contains("\tat dev.penstock.cli.process.LineFormatterTest");
  }

  private static LogRecord failed(Level level) {
    LogRecord record = record(level, "a", "m");
    record.setThrown(new IllegalStateException("why"));
    return record;
  }

  private static LogRecord record(Level level, String logger, String message) {
    LogRecord record = new LogRecord(level, message);
    record.setLoggerName(logger);
    record.setInstant(Instant.parse("2026-11-21T11:00:00.123456Z"));
    return record;
  }
}
