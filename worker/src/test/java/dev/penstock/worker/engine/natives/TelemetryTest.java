package dev.penstock.worker.engine.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Embedded: no script, no {@code java -jar}, just our classes in a JVM. Its reports begin with a
 * folder and threads, both there as soon as the library is; without threads nobody looks up a name
 * or sends anything later.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
final class TelemetryTest {
  @TempDir Path home;

  @Test
  void the_library_left_to_itself_keeps_records_and_threads_that_send_them() throws Exception {
    assertThat(threadsOfTheLibrary("as-it-comes")).isPositive();
    assertThat(filesAtHome()).anyMatch(file -> file.contains("Microsoft"));
  }

  @Test
  void loaded_by_us_it_keeps_no_record_and_no_thread() throws Exception {
    assertThat(threadsOfTheLibrary("ours")).isZero();
    assertThat(filesAtHome()).isEmpty();
  }

  private int threadsOfTheLibrary(String how) throws IOException {
    Path cache = Files.createDirectories(home.resolveSibling(home.getFileName() + "-cache"));
    ProcessBuilder java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                RuntimeLoaded.class.getName(),
                how,
                cache.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    // Continuous integration and a careful user would hide what is to be seen.
    java.environment().clear();
    java.environment().put("HOME", home.toString());
    Process process = java.start();
    try (BufferedReader said = process.inputReader()) {
      return Integer.parseInt(said.readLine());
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> filesAtHome() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files.filter(Files::isRegularFile).map(Path::toString).toList();
    }
  }
}
