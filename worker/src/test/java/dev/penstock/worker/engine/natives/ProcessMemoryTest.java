package dev.penstock.worker.engine.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ProcessMemoryTest {
  /** The limits are read once, by whoever comes first: it takes a process of its own to see. */
  @Test
  void a_process_that_asks_for_its_memory_first_may_allocate_more_than_its_heap() throws Exception {
    Process fresh =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                MemoryLook.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = fresh.inputReader()) {
      assertThat(said.readLine()).isEqualTo("true 0 0");
    } finally {
      fresh.destroyForcibly();
    }
  }
}
