package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.cli.options.OptionSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Where the values of options come from, for every option of every sub-command. */
final class OptionSourcesTest {
  /** Two values for each option that are not its default. */
  private static final Map<String, List<String>> SAMPLES =
      Map.ofEntries(
          Map.entry("host", List.of("10.1.1.1", "10.1.1.2")),
          Map.entry("port", List.of("1", "2")),
          Map.entry("internal-port", List.of("3", "4")),
          Map.entry("cluster-port", List.of("5", "6")),
          Map.entry("join", List.of("a:1,b:2", "c:3")),
          Map.entry("join-timeout", List.of("1s", "2s")),
          Map.entry("advertise", List.of("here", "there")),
          Map.entry("models", List.of("/m1,/m2", "/m3")),
          Map.entry("preload", List.of("a/1,b/2", "c/3")),
          Map.entry("request-timeout", List.of("3s", "500ms")),
          Map.entry("drain-delay", List.of("4s", "2.5s")),
          Map.entry("max-body", List.of("1MB", "2MB")),
          Map.entry("max-inflight", List.of("7", "8")),
          Map.entry("max-inflight-bytes", List.of("30MB", "40MB")),
          Map.entry("max-request-timeout", List.of("6s", "700ms")),
          Map.entry("max-image-memory", List.of("3GB", "4GB")),
          Map.entry("max-memory", List.of("3GB", "4GB")),
          Map.entry("max-connections", List.of("9", "10")),
          Map.entry("tls-cert", List.of("/c1.pem", "/c2.pem")),
          Map.entry("tls-key", List.of("/c1.key", "/c2.key")),
          Map.entry("internal-tls-cert", List.of("/i1.pem", "/i2.pem")),
          Map.entry("internal-tls-key", List.of("/i1.key", "/i2.key")),
          Map.entry("internal-tls-ca", List.of("/ca1.pem", "/ca2.pem")),
          Map.entry("cluster-name", List.of("blue", "green")),
          Map.entry("cluster-host", List.of("10.1.1.3", "10.1.1.4")),
          Map.entry("role", List.of("router", "worker")),
          Map.entry("json", List.of("true", "false")),
          Map.entry("keys", List.of("/k1", "/k2")),
          Map.entry("allow-origin", List.of("https://a,https://b", "https://c")),
          Map.entry("alias", List.of("a=b/1,c=d/2", "e=f/3")),
          Map.entry("image-url-allow-http", List.of("true", "false")),
          Map.entry("image-url-allow-private", List.of("true", "false")),
          Map.entry("access-log", List.of("json", "off")),
          Map.entry("device", List.of("cpu", "cuda:1")),
          Map.entry("cache", List.of("/c1", "/c2")),
          Map.entry("id", List.of("w1", "w2")),
          Map.entry("log-level", List.of("debug", "error")));

  @TempDir Path folder;

  static Stream<Arguments> options() {
    return Penstock.commandLine(Map.of()).getSubcommands().entrySet().stream()
        .flatMap(
            command ->
                command.getValue().getCommandSpec().options().stream()
                    .filter(OptionSources::settable)
                    .map(OptionSources::key)
                    .filter(key -> !key.equals("config"))
                    .map(key -> Arguments.of(command.getKey(), key)));
  }

  @ParameterizedTest
  @MethodSource("options")
  void the_environment_sets_every_option(String command, String key) {
    String variable = "PENSTOCK_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    assertThat(value(Map.of(variable, sample(key, 0)), command, key))
        .isEqualTo(value(Map.of(), command, key, "--" + key + "=" + sample(key, 0)))
        .isNotEqualTo(value(Map.of(), command, key));
  }

  @ParameterizedTest
  @MethodSource("options")
  void the_file_sets_every_option(String command, String key) throws IOException {
    assertThat(value(Map.of(), command, key, "--config", file(key + ": " + sample(key, 0))))
        .isEqualTo(value(Map.of(), command, key, "--" + key + "=" + sample(key, 0)))
        .isNotEqualTo(value(Map.of(), command, key));
  }

  @ParameterizedTest
  @MethodSource("options")
  void the_command_line_wins_over_the_environment_and_that_over_the_file(String command, String key)
      throws IOException {
    String variable = "PENSTOCK_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    String first = file(key + ": " + sample(key, 0));
    Object second = value(Map.of(), command, key, "--" + key + "=" + sample(key, 1));

    assertThat(value(Map.of(variable, sample(key, 1)), command, key, "--config", first))
        .isEqualTo(second);
    assertThat(
            value(
                Map.of(variable, sample(key, 0)),
                command,
                key,
                "--config",
                first,
                "--" + key + "=" + sample(key, 1)))
        .isEqualTo(second);
  }

  @Test
  void the_file_itself_can_come_from_the_environment() throws IOException {
    Map<String, String> environment = Map.of("PENSTOCK_CONFIG", file("port: 77"));
    assertThat(value(environment, "router", "port")).isEqualTo(77);
  }

  @Test
  void a_list_in_the_file_may_be_a_yaml_list() throws IOException {
    assertThat(value(Map.of(), "router", "preload", "--config", file("preload: [a/1, b/2]")))
        .isEqualTo(List.of("a/1", "b/2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "router", "worker"})
  void one_file_can_hold_the_options_of_every_command(String command) throws IOException {
    String file = file("port: 77\njoin-timeout: 5s\ncluster-port: 78\nid: shared");
    assertThat(value(Map.of(), command, "id", "--config", file)).isEqualTo("shared");
  }

  /** What it is told of hosts and folders has nothing to do with what serves. */
  @Test
  void a_command_without_a_file_reads_its_command_line_alone() {
    Map<String, String> environment = Map.of("PENSTOCK_HOST", "0.0.0.0", "PENSTOCK_OUT", "/x");
    CommandSpec certs =
        Penstock.commandLine(environment)
            .parseArgs("doctor", "certs", "--out=/here")
            .subcommand()
            .subcommand()
            .commandSpec();
    assertThat(certs.findOption("--host").<Object>getValue()).isEqualTo(List.of());
    assertThat(certs.findOption("--out").<Object>getValue()).isEqualTo(Path.of("/here"));
  }

  @Test
  void an_unknown_key_is_refused_by_name() throws IOException {
    String file = file("prot: 77");
    assertThatThrownBy(() -> value(Map.of(), "router", "port", "--config", file))
        .isInstanceOf(ParameterException.class)
        .hasMessage("'prot' in " + file + " is not an option: did you mean 'port'?");
  }

  @Test
  void help_comes_even_where_the_file_is_broken() throws IOException {
    CommandLine commandLine = Penstock.commandLine(Map.of());
    assertThat(commandLine.parseArgs("router", "--config", file("prot: 1"), "--help").errors())
        .isEmpty();
  }

  private static @Nullable Object value(
      Map<String, String> environment, String command, String key, String... arguments) {
    String[] all = Stream.concat(Stream.of(command), Stream.of(arguments)).toArray(String[]::new);
    OptionSpec option =
        Penstock.commandLine(environment)
            .parseArgs(all)
            .subcommand()
            .commandSpec()
            .findOption("--" + key);
    return option.getValue();
  }

  private static String sample(String key, int index) {
    return Objects.requireNonNull(SAMPLES.get(key), key + " has no sample").get(index);
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("penstock.yaml"), text).toString();
  }
}
