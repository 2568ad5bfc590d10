package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cli.options.LogLevel;
import dev.penstock.config.ByteSize;
import dev.penstock.config.CertificateFiles;
import dev.penstock.config.HostPort;
import dev.penstock.config.MutualTls;
import dev.penstock.config.WorkerConfig;
import dev.penstock.config.WorkerMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

final class WorkerProcessesTest {
  private static final WorkerConfig CONFIG = config("w1");

  @Test
  void each_gpu_gets_a_process_that_is_told_what_this_one_was_told() {
    Map<String, List<String>> commands = WorkerProcesses.commands(CONFIG, LogLevel.DEBUG, 0, 2);

    assertThat(commands).containsOnlyKeys("w1-gpu0", "w1-gpu1");
    WorkerConfig second = told(Objects.requireNonNull(commands.get("w1-gpu1")));
    assertThat(second)
        .isEqualTo(
            new WorkerConfig(
                "w1-gpu1",
                CONFIG.join(),
                CONFIG.joinTimeout(),
                CONFIG.models(),
                CONFIG.preload(),
                "cuda:1",
                CONFIG.cache(),
                CONFIG.cluster(),
                CONFIG.tls(),
                CONFIG.memory()));
  }

  @Test
  void local_has_the_first_gpu_itself_and_the_others_join_it() {
    WorkerConfig own = config("l1");
    WorkerConfig others = OtherGpus.joining(own, new HostPort("127.0.0.1", 40_125));

    Map<String, List<String>> commands = WorkerProcesses.commands(others, LogLevel.INFO, 1, 3);

    assertThat(commands).containsOnlyKeys("l1-gpu1", "l1-gpu2");
    WorkerConfig last = told(Objects.requireNonNull(commands.get("l1-gpu2")));
    assertThat(last.device()).isEqualTo("cuda:2");
    assertThat(last.join()).containsExactly(new HostPort("127.0.0.1", 40_125));
    assertThat(last.models()).isEqualTo(own.models());
    assertThat(last.cache()).isEqualTo(own.cache());
  }

  @Test
  void processes_that_are_not_told_how_much_memory_to_take_share_the_machine() {
    WorkerConfig anything =
        new WorkerConfig(
            "w1", CONFIG.join(), Duration.ZERO, List.of(), List.of(), "cuda", Path.of("/c"));

    long one = images(anything, 1);

    assertThat(images(anything, 4)).isBetween(one / 4 - 1, one / 4 + 1);
  }

  private static long images(WorkerConfig config, int gpus) {
    List<String> command =
        WorkerProcesses.commands(config, LogLevel.INFO, 0, gpus).values().iterator().next();
    return told(command).memory().imagesOr(() -> -1);
  }

  @Test
  void it_runs_with_the_same_java_and_program() {
    List<String> command =
        WorkerProcesses.commands(CONFIG, LogLevel.INFO, 0, 1).values().iterator().next();
    assertThat(Path.of(command.get(0))).isExecutable();
    assertThat(command).contains("-Dpenstock.supervised=true", Penstock.class.getName());
  }

  @Test
  void a_long_name_stays_a_name() {
    String id =
        WorkerProcesses.commands(config("x".repeat(64)), LogLevel.INFO, 0, 8).keySet().stream()
            .reduce((first, second) -> second)
            .orElseThrow();
    assertThat(id).endsWith("-gpu7").hasSizeLessThanOrEqualTo(64);
  }

  private static WorkerConfig told(List<String> command) {
    List<String> arguments = command.subList(command.indexOf("worker"), command.size());
    ParseResult parsed = Penstock.commandLine(Map.of()).parseArgs(arguments.toArray(String[]::new));
    return ((WorkerCommand) parsed.subcommand().commandSpec().userObject()).config();
  }

  private static WorkerConfig config(String id) {
    return new WorkerConfig(
        id,
        List.of(new HostPort("a", 5701), new HostPort("::1", 5702)),
        Duration.ofMillis(2500),
        List.of(Path.of("/m1"), Path.of("/m2")),
        List.of("x/1", "y/2"),
        "cuda",
        Path.of("/cache"),
        "production",
        new MutualTls(
            new CertificateFiles(Path.of("/tls/w.pem"), Path.of("/tls/w.key")),
            Path.of("/tls/ca.pem")),
        new WorkerMemory(new ByteSize(1L << 31), new ByteSize(1L << 30)));
  }
}
