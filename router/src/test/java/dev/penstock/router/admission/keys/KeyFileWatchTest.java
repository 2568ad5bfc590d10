package dev.penstock.router.admission.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.telemetry.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyFileWatchTest {
  private static final Logger LOGGER = Logger.getLogger(KeyFileWatch.class.getName());

  @TempDir private Path folder = Path.of("");
  private final List<String> log = new ArrayList<>();
  private final Handler handler = new Listening();

  @BeforeEach
  void listen() {
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    LOGGER.removeHandler(handler);
  }

  @Test
  void a_changed_file_holds_from_the_second_look_on() throws Exception {
    try (KeyFileWatch watch = open("a: {hash: <1>}\nb: {hash: <2>}")) {
      write("a: {hash: <1>, weight: 2}\nc: {hash: <3>}");

      watch.look();
      assertThat(watch.access().of("2")).as("it may be half written").isNotNull();
      watch.look();

      assertThat(watch.access().of("2")).isNull();
      assertThat(watch.access().of("3")).isNotNull();
      assertThat(log)
          .contains("API key a was changed", "API key b was removed", "API key c was added");
    }
  }

  @Test
  void a_file_of_the_same_size_and_time_is_a_changed_one_too() throws Exception {
    try (KeyFileWatch watch = open("a: {hash: <1>}")) {
      FileTime before = Files.getLastModifiedTime(file());
      write("a: {hash: <2>}");
      Files.setLastModifiedTime(file(), before);
      look(watch);
      assertThat(watch.access().of("2")).isNotNull();
    }
  }

  @Test
  void a_file_put_in_its_place_is_read() throws Exception {
    try (KeyFileWatch watch = open("a: {hash: <1>}")) {
      Path next = Files.writeString(folder.resolve("next"), KeyFixtures.hashed("a: {hash: <2>}"));
      Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
      look(watch);
      assertThat(watch.access().of("1")).isNull();
      assertThat(watch.access().of("2")).isNotNull();
    }
  }

  @Test
  void a_broken_file_changes_nothing_and_is_complained_of_once() throws Exception {
    try (KeyFileWatch watch = open("a: {hash: <1>}")) {
      write("a: {hash: <1>}\nb: {key: clear}");
      for (int i = 0; i < 5; i++) {
        watch.look();
      }
      assertThat(watch.access().of("1")).isNotNull();
      assertThat(log)
          .filteredOn(line -> line.contains("keys.yaml:2: keys do not stand here in clear text"))
          .singleElement()
          .asString()
          .endsWith("The keys from before stay in force.");

      write("a: {hash: <4>}");
      look(watch);
      assertThat(watch.access().of("4")).isNotNull();
    }
  }

  @Test
  void a_file_that_is_gone_or_empty_locks_nobody_out() throws Exception {
    try (KeyFileWatch watch = open("a: {hash: <1>}")) {
      Files.delete(file());
      look(watch);
      assertThat(watch.access().of("1")).isNotNull();
      assertThat(log).anyMatch(line -> line.startsWith("there is no file of keys"));
      write("");
      look(watch);
      assertThat(watch.access().of("1")).isNotNull();
      assertThat(log).anyMatch(line -> line.contains("keys.yaml holds no keys"));
    }
  }

  @Test
  void a_file_that_others_can_read_is_warned_of() throws Exception {
    write("a: {hash: <1>}");
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    KeyFileWatch.open(file(), Ticker.SYSTEM).close();
    assertThat(log).anyMatch(line -> line.contains("can be read by every user"));

    log.clear();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
    KeyFileWatch.open(file(), Ticker.SYSTEM).close();
    assertThat(log).containsExactly("API keys in " + file() + ": 1");
  }

  @Test
  void what_cannot_be_used_at_the_start_is_said() throws Exception {
    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> KeyFileWatch.open(file(), Ticker.SYSTEM))
        .withMessage(
            "there is no file of keys %s: 'penstock keys create' makes what stands in it", file());
    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> KeyFileWatch.open(folder, Ticker.SYSTEM))
        .withMessageContaining("cannot be read");
    Files.write(file(), new byte[] {'a', ':', (byte) 0xff});
    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> KeyFileWatch.open(file(), Ticker.SYSTEM))
        .withMessageContaining("is not UTF-8 text");
    Files.write(file(), new byte[5_000_000]);
    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> KeyFileWatch.open(file(), Ticker.SYSTEM))
        .withMessageContaining("is larger than");
  }

  private static void look(KeyFileWatch watch) {
    watch.look();
    watch.look();
  }

  private KeyFileWatch open(String yaml) throws IOException {
    write(yaml);
    return KeyFileWatch.open(file(), Ticker.SYSTEM);
  }

  private void write(String yaml) throws IOException {
    Files.writeString(file(), KeyFixtures.hashed(yaml));
  }

  private Path file() {
    return folder.resolve("keys.yaml");
  }

  /** What is logged, without its level. */
  private final class Listening extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    @Override
    public void publish(LogRecord record) {
      log.add(formatter.formatMessage(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
