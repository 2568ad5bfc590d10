package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigFileTest {
  private static final List<String> KNOWN =
      List.of("port", "cluster-port", "join", "request-timeout", "image-url-allow-http");

  @TempDir Path folder;

  @Test
  void reads_values_and_lists_as_the_command_line_spells_them() {
    assertThat(
            read(
                """
                # a comment
                port: 9001
                join: [a:5701, "b:5702"]
                request-timeout: 2.5s
                image-url-allow-http: yes
                """))
        .containsExactly(
            Map.entry("port", "9001"),
            Map.entry("join", "a:5701,b:5702"),
            Map.entry("request-timeout", "2.5s"),
            Map.entry("image-url-allow-http", "true"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n"})
  void an_empty_file_says_nothing(String text) {
    assertThat(read(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "prot,port",
    "cluster_port,cluster-port",
    "clusterport,cluster-port",
    "request-timout,request-timeout"
  })
  void refuses_an_unknown_key_by_name_and_guesses_what_was_meant(String key, String meant) {
    refuses(key + ": 1")
        .withMessageStartingWith("'" + key + "' in ")
        .withMessageEndingWith("penstock.yaml is not an option: did you mean '" + meant + "'?");
  }

  @Test
  void does_not_guess_when_nothing_is_near() {
    refuses("colour: red").withMessageEndingWith("is not an option");
  }

  @Test
  void refuses_a_removed_key_with_what_to_do_instead() {
    refuses("queue: big")
        .withMessageStartingWith("'queue' in ")
        .withMessageEndingWith("was removed: set max-inflight");
  }

  @ParameterizedTest
  @CsvSource({
    "'port:', 'has no value: give one or remove the key'",
    "'port: {http: 1}', 'must be a value or a list of values'",
    "'join: [[a]]', 'must be a value or a list of values'"
  })
  void refuses_a_value_of_another_shape_by_key(String text, String reason) {
    refuses(text).withMessageMatching("'(port|join)' in .*penstock\\.yaml " + reason);
  }

  @Test
  void refuses_what_is_no_mapping() {
    refuses("- port").withMessageContaining("must be a mapping of options to values");
  }

  @ParameterizedTest
  @ValueSource(strings = {"port: [", "port: 1\nport: 2", "port: !!java.io.File [/tmp]"})
  void refuses_broken_yaml_in_one_line(String text) {
    refuses(text)
        .withMessageContaining("penstock.yaml is not valid YAML: ")
        .withMessageNotContainingAny("\n");
  }

  @Test
  void says_which_file_it_cannot_read() {
    Path missing = folder.resolve("missing.yaml");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfigFile.read(missing, KNOWN, Map.of()))
        .withMessage("cannot read the configuration file " + missing);
  }

  private ThrowableAssertAlternative<IllegalArgumentException> refuses(String text) {
    return assertThatIllegalArgumentException().isThrownBy(() -> read(text));
  }

  private Map<String, String> read(String text) {
    Path file = folder.resolve("penstock.yaml");
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ConfigFile.read(file, KNOWN, Map.of("queue", "set max-inflight"));
  }
}
