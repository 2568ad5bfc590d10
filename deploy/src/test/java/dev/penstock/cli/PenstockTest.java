package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class PenstockTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {"--help", "help", "help local", "local --help", "router -h", "worker --help"})
  void helps(String arguments) {
    assertThat(run(Map.of(), arguments)).isZero();
    assertThat(out.toString()).startsWith("Usage: penstock");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "local --version", "router -V", "worker --version"})
  void says_its_version(String arguments) {
    assertThat(run(Map.of(), arguments)).isZero();
    assertThat(out.toString())
        .startsWith("penstock ")
        .contains("Java " + Runtime.version())
        .containsPattern("\\(commit \\S+, (cpu|gpu) build, ONNX Runtime 1\\.\\S+\\)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "router --prot 1 | penstock router has no option '--prot': did you mean '--port'?",
        "local --prot=1 | penstock local has no option '--prot': did you mean '--port'?",
        "worker --port 1 | penstock worker has no option '--port': it belongs to 'penstock doctor', 'penstock local', 'penstock router'",
        "--prot 1 | penstock has no option '--prot': give a command first, local, router, worker",
        "--port 1 | penstock has no option '--port': it belongs to",
        "router --colour red | penstock router has no option '--colour'",
        "local help | 'help' is not understood here: did you mean '--help'?",
        "local 9001 | '9001' is not understood by penstock local: options begin with '--'",
        "rooter | unknown command 'rooter': did you mean 'router'?",
        "models lst | unknown command 'lst': did you mean 'list'?",
        "router --port x | '--port': 'x' is no port: write a number from 0 (any free port) to 65535",
        "router --port 65536 | '65536' is no port",
        "router --join a | '--join' (HOST:PORT): 'a' has no port: write host:port",
        "router --access-log xml | 'xml' is none of text, json, off",
        "local --log-level loud | 'loud' is none of error, warning, info, debug",
        "router --request-timeout soon | 'soon' is no duration: write for example 30s",
        "router --request-timeout 0 | '0' is too short: write for example 30s",
        "local --max-body huge | 'huge' is no size: write for example 20MB",
        "local --max-inflight 0 | '0' is no count: write a whole number from 1 on",
        "worker --id a/b | 'a/b' is no name: write at most 64 letters",
        "worker --id | Missing required parameter for option '--id' (NAME)",
        "worker | a worker needs a router: give --join its cluster port",
        "local --device gpu | Unknown device 'gpu': did you mean 'cuda'?",
        "worker --join a:1 --device gpu:1 | Unknown device 'gpu:1': did you mean 'cuda:1'?",
        "doctor --device gpu | Unknown device 'gpu': did you mean 'cuda'?",
        "models check --device gpu x/1 | Unknown device 'gpu': did you mean 'cuda'?",
        "serve | unknown command 'serve': it is one of local, router, worker",
        "router --config /no/such/file | cannot read the configuration file /no/such/file"
      })
  void wrong_usage_is_one_sentence_and_the_way_to_help(String arguments, String sentence) {
    assertThat(run(Map.of(), arguments)).isEqualTo(2);
    assertThat(err.toString()).startsWith("penstock: ").contains(sentence).contains("--help' for");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void no_command_is_wrong_usage() {
    assertThat(Penstock.commandLine(Map.of()).setErr(new PrintWriter(err)).execute()).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            """
            penstock: give a command: local, router, worker, keys, models, doctor
            Try 'penstock --help' for what it understands.
            """);
  }

  @Test
  void a_wrong_value_names_the_variable_it_came_from() {
    // Kubernetes sets this variable for a service of that name.
    assertThat(run(Map.of("PENSTOCK_PORT", "tcp://10.0.0.1:9001"), "router")).isEqualTo(2);
    assertThat(err.toString())
        .contains("'tcp://10.0.0.1:9001' is no port")
        .contains("(from the environment variable PENSTOCK_PORT)");
  }

  private int run(Map<String, String> environment, String arguments) {
    CommandLine commandLine = Penstock.commandLine(environment);
    return commandLine
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments.split(" "));
  }
}
