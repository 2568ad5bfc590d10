package dev.penstock.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.repository.FolderRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AutomaticPreloadTest {
  private static final Path SHIPPED = Path.of("models/coco/1");

  @TempDir Path folder;

  @Test
  void few_small_models_are_all_loaded() throws IOException {
    model("parts/1");
    model("parts/2");

    assertThat(AutomaticPreload.of(FolderRepository.open(List.of(folder)), "coco/1"))
        .containsExactlyInAnyOrder("parts/1", "parts/2");
  }

  @Test
  void of_many_only_the_shipped_one_is() throws IOException {
    for (int version = 1; version <= 5; version++) {
      model("parts/" + version);
    }
    assertThat(AutomaticPreload.of(FolderRepository.open(List.of(folder)), "coco/1")).isEmpty();

    model("coco/1");
    assertThat(AutomaticPreload.of(FolderRepository.open(List.of(folder)), "coco/1"))
        .containsExactly("coco/1");
  }

  private void model(String id) throws IOException {
    Path target = Files.createDirectories(folder.resolve(id));
    try (Stream<Path> files = Files.list(SHIPPED)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
    }
  }
}
