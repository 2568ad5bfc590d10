package dev.penstock.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cli.options.LogLevel;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LoggingTest {
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final ByteArrayOutputStream access = new ByteArrayOutputStream();
  private final Logger root = Logger.getLogger("");
  private final java.util.logging.Level rootLevel = root.getLevel();
  private List<Handler> handlers = List.of();
  private List<Logger> changed = List.of();

  @BeforeEach
  void remember() {
    handlers = List.of(root.getHandlers());
  }

  @AfterEach
  void restore() {
    for (Logger logger : changed) {
      List.of(logger.getHandlers()).forEach(logger::removeHandler);
      logger.setLevel(null);
      logger.setUseParentHandlers(true);
    }
    handlers.forEach(root::addHandler);
    root.setLevel(rootLevel);
  }

  @Test
  void requests_go_to_their_own_stream_as_they_are() {
    start(LogLevel.INFO);
    System.getLogger("dev.penstock.access").log(Level.INFO, "{\"path\":\"/it's\"}");
    assertThat(access.toString(UTF_8)).isEqualTo("{\"path\":\"/it's\"}\n");
    assertThat(log.size()).isZero();
  }

  @Test
  void everything_else_goes_to_the_log() {
    start(LogLevel.INFO);
    System.getLogger("dev.penstock.router.RouterNode").log(Level.INFO, "drained: {0}", 3);
    assertThat(log.toString(UTF_8)).endsWith("INFO router drained: 3\n");
    assertThat(access.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "INFO, dev.penstock.router.X, INFO, true",
    "INFO, dev.penstock.router.X, DEBUG, false",
    "INFO, com.hazelcast.X, INFO, false",
    "INFO, com.hazelcast.X, WARNING, true",
    "INFO, com.hazelcast.client.impl.connection.X, WARNING, false",
    "DEBUG, com.hazelcast.client.impl.connection.X, WARNING, true",
    "DEBUG, dev.penstock.router.X, DEBUG, true",
    "DEBUG, io.vertx.X, INFO, true",
    "DEBUG, io.vertx.X, DEBUG, false",
    "WARNING, dev.penstock.router.X, INFO, false",
    "ERROR, dev.penstock.router.X, WARNING, false",
    "ERROR, io.vertx.X, ERROR, true"
  })
  void libraries_are_heard_less_than_penstock(
      LogLevel level, String logger, Level record, boolean heard) {
    start(level);
    System.getLogger(logger).log(record, "something");
    assertThat(log.size() > 0).isEqualTo(heard);
  }

  private void start(LogLevel level) {
    changed = Logging.start(level, log, access).loggers;
  }
}
