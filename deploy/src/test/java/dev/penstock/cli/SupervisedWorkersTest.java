package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
final class SupervisedWorkersTest {
  /** Says its process id in a file, that it is ready, and waits for the end of its input. */
  private static final String SERVE = "echo $$ >> pids; echo ready worker; exec cat >/dev/null";

  @TempDir Path folder;
  private final SupervisedWorkers workers = new SupervisedWorkers(Duration.ofMillis(1));

  @AfterEach
  void stopAll() {
    workers.stop();
  }

  @Test
  void all_are_ready_when_start_returns_and_gone_when_stop_returns() throws IOException {
    workers.start(Map.of("a", shell(SERVE), "b", shell(SERVE)));
    List<Long> pids = pids();
    assertThat(pids).hasSize(2).allMatch(SupervisedWorkersTest::isAlive);

    workers.stop();

    assertThat(pids).noneMatch(SupervisedWorkersTest::isAlive);
  }

  @Test
  void those_that_take_their_time_to_leave_are_waited_for_and_may_speak() throws IOException {
    String leaves =
        "echo leaving; n=0; while [ $n -lt 50000 ]; do n=$((n+1)); done; echo $n >> left";
    String slow = "trap '" + leaves + "; exit 0' TERM; echo ready worker; while :; do read x; done";
    workers.start(Map.of("a", shell(slow), "b", shell(slow)));

    workers.stop();

    assertThat(folder.resolve("left")).hasContent("50000\n50000");
  }

  @Test
  void one_that_cannot_start_ends_the_start_of_all() {
    assertThatThrownBy(() -> workers.start(Map.of("a", shell(SERVE), "b", shell("exit 3"))))
        .hasRootCauseInstanceOf(StartupException.class)
        .hasRootCauseMessage(
            "worker b ended with status 3 before it was ready: its reason is above");
  }

  @Test
  void says_which_program_it_cannot_run() {
    String missing = folder.resolve("missing").toString();
    assertThatThrownBy(() -> workers.start(Map.of("a", List.of(missing))))
        .hasStackTraceContaining("cannot run the process of worker a")
        .hasStackTraceContaining(missing);
  }

  @Test
  void one_that_is_killed_is_started_again() throws IOException {
    workers.start(Map.of("a", shell(SERVE)));
    long first = pids().get(0);

    assertThat(ProcessHandle.of(first).orElseThrow().destroyForcibly()).isTrue();

    while (pids().size() < 2) {
      Thread.onSpinWait();
    }
    assertThat(pids().get(1)).isNotEqualTo(first).matches(SupervisedWorkersTest::isAlive);
  }

  private List<String> shell(String script) {
    return List.of("sh", "-c", "cd '" + folder + "'; " + script);
  }

  private List<Long> pids() throws IOException {
    return Files.readAllLines(folder.resolve("pids")).stream().map(Long::valueOf).toList();
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
