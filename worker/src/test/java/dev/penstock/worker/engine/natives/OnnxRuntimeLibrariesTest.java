package dev.penstock.worker.engine.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OnnxRuntimeLibrariesTest {
  @TempDir private Path natives = Path.of("");

  private Path unpack() throws Exception {
    return Objects.requireNonNull(new OnnxRuntimeLibraries(natives).unpack());
  }

  private static Path library(Path folder) {
    return folder.resolve(System.mapLibraryName("onnxruntime"));
  }

  @Test
  void unpacks_once_and_leaves_nothing_else() throws Exception {
    Path folder = unpack();
    var then = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(library(folder), then);

    assertThat(unpack()).isEqualTo(folder);
    assertThat(Files.getLastModifiedTime(library(folder))).isEqualTo(then);
    try (Stream<Path> entries = Files.list(natives)) {
      assertThat(entries)
          .as("nothing half-done beside the lock")
          .containsExactlyInAnyOrder(folder, natives.resolve("unpacking.lock"));
    }
  }

  @Test
  void unpacks_again_when_a_library_is_cut_off() throws Exception {
    Path folder = unpack();
    long bytes = Files.size(library(folder));
    Files.write(library(folder), new byte[10]);

    assertThat(unpack()).isEqualTo(folder);
    assertThat(Files.size(library(folder))).isEqualTo(bytes);
  }

  /** Of processes that start together one unpacks, and the others wait. */
  @Test
  @Timeout(60)
  void waits_for_another_process_that_unpacks() throws Exception {
    Path lock = natives.resolve("unpacking.lock");
    Path released = natives.resolve("released");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                lock.toString(),
                released.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = other.inputReader()) {
      assertThat(said.readLine()).isEqualTo("locked");
      var unpacking = new FutureTask<>(this::unpack);
      new Thread(unpacking).start();
      while (!hasOpen(lock)) {
        Thread.onSpinWait();
      }
      assertThat(folders()).describedAs("nothing is unpacked yet").isEmpty();

      other.getOutputStream().close();

      Path folder = unpacking.get();
      assertThat(library(folder)).exists();
      assertThat(Files.getLastModifiedTime(folder))
          .isGreaterThanOrEqualTo(Files.getLastModifiedTime(released));
    } finally {
      other.destroyForcibly();
    }
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> entries = Files.list(natives)) {
      return entries.filter(Files::isDirectory).toList();
    }
  }

  /** Whether this process has opened that file (Linux). */
  private static boolean hasOpen(Path file) throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.anyMatch(
          descriptor -> {
            try {
              return Files.readSymbolicLink(descriptor).equals(file.toAbsolutePath());
            } catch (IOException closedMeanwhile) {
              return false;
            }
          });
    }
  }
}
