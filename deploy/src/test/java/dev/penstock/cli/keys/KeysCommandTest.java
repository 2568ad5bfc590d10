package dev.penstock.cli.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.keys.KeyFileWatch;
import dev.penstock.router.admission.keys.KeyHash;
import dev.penstock.telemetry.Ticker;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeysCommandTest {
  private static final String OLD_KEY = "rf_0123456789abcdef";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder = Path.of("");

  private int run(String input, String... arguments) {
    return KeysCommand.commandLine(new ByteArrayInputStream(input.getBytes(UTF_8)))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              err.write(String.valueOf(failure.getMessage()));
              return 1;
            })
        .execute(arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "hash"})
  void every_command_helps(String command) {
    assertThat(run("", command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: keys " + command).contains("--name");
  }

  @Test
  void no_command_names_them() {
    assertThat(run("")).isEqualTo(2);
    assertThat(err.toString()).contains("give a command: create, hash");
  }

  @Test
  void what_create_prints_is_a_file_in_which_the_key_is_good() throws Exception {
    assertThat(run("", "create", "--name", "shop")).isZero();
    assertThat(run("", "create")).isZero();

    Matcher keys = Pattern.compile("penstock_\\S{43}").matcher(err.toString());
    assertThat(keys.find()).isTrue();
    assertThat(out.toString()).startsWith("shop: {").doesNotContain(keys.group());
    Path file = Files.writeString(folder.resolve("keys.yaml"), out.toString());
    try (KeyFileWatch watch = KeyFileWatch.open(file, Ticker.SYSTEM)) {
      assertThat(watch.access().of(keys.group())).isNotNull();
      assertThat(keys.find()).isTrue();
      assertThat(watch.access().of(keys.group())).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {OLD_KEY, OLD_KEY + "\n", " " + OLD_KEY + "\r\nmore"})
  void hash_reads_one_line(String input) {
    assertThat(run(input, "hash", "--name=old")).isZero();
    assertThat(out.toString())
        .isEqualToNormalizingNewlines("old: {hash: '" + KeyHash.of(OLD_KEY) + "'}\n");
    assertThat(err.toString()).doesNotContain(OLD_KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "123456789012345"})
  void hash_takes_no_key_that_its_hash_would_give_away(String weak) {
    assertThat(run(weak, "hash")).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .contains("a key of " + weak.length() + " characters is not taken")
        .contains("'penstock keys create' makes one");
  }

  @Test
  void a_key_is_not_taken_from_the_command_line() {
    assertThat(run("", "hash", OLD_KEY)).isEqualTo(2);
    assertThat(run("", "create", "--name", "a b")).isEqualTo(2);
    assertThat(err.toString()).contains("'a b' is no name");
  }
}
