package dev.penstock.worker.engine.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
}
