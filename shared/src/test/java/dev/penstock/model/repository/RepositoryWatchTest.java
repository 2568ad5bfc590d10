package dev.penstock.model.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.onnx.OnnxBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RepositoryWatchTest {
  @TempDir private Path root = Path.of("");

  @Test
  void models_come_and_go_while_it_watches() throws Exception {
    var repository = FolderRepository.open(List.of(root));
    try (var watch = RepositoryWatch.start(repository, Duration.ofMillis(5))) {
      assertThat(watch).isNotNull();
      Path zoo = OnnxBuilder.detector().write(root.resolve("zoo.onnx"));
      await(() -> repository.find("zoo/1") != null);
      Files.delete(zoo);
      await(() -> repository.find("zoo/1") == null);
    }
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
