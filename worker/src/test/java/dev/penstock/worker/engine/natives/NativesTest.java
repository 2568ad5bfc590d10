package dev.penstock.worker.engine.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class NativesTest {
  private static final int PROCESSES = 4;

  /** The first start on a machine, with a process for each of its GPUs. */
  @Test
  @Timeout(120)
  void processes_that_start_together_on_an_empty_cache_all_have_their_libraries(@TempDir Path cache)
      throws Exception {
    List<Process> processes = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(start(cache));
      }
      for (Process process : processes) {
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("has ended").isTrue();
        assertThat(process.exitValue()).as("what it says is above").isZero();
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  private static Process start(Path cache) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            BothLoaded.class.getName(),
            cache.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
