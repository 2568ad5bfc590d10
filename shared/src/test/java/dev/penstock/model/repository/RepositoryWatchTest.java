package dev.penstock.model.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.onnx.OnnxBuilder;
import dev.penstock.telemetry.Ticker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

  /** A link's target is changed where nobody watches, as a file on another machine's disk is. */
  @Test
  void what_the_system_does_not_tell_is_seen_by_the_next_look_at_everything() throws Exception {
    Path models = Files.createDirectories(root.resolve("models"));
    Path far = OnnxBuilder.detector().write(root.resolve("far"));
    Files.createSymbolicLink(models.resolve("zoo.onnx"), far);
    var repository = FolderRepository.open(List.of(models));
    String before = String.valueOf(repository.find("zoo/1"));
    var clock = new AtomicLong();
    // A look seems to take 20 ms, so the next one at everything is due after two seconds.
    Ticker slow = () -> clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
    try (var watch = new RepositoryWatch(repository, Duration.ofMillis(100), slow)) {
      for (int look = 0; look < 20; look++) {
        watch.look();
      }
      OnnxBuilder.detector().initializer("w", 5).write(far);
      int looks = 0;
      while (String.valueOf(repository.find("zoo/1")).equals(before)) {
        watch.look();
        looks++;
      }
      assertThat(looks).as("looks until it was seen").isBetween(10, 200);
    }
  }

  @Test
  void what_the_system_tells_is_looked_at_alone_and_soon() throws Exception {
    OnnxBuilder.detector().write(root.resolve("pets/1/best.onnx"));
    Path zoo = OnnxBuilder.detector().write(root.resolve("zoo/1/best.onnx"));
    var repository = FolderRepository.open(List.of(root));
    String before = String.valueOf(repository.find("zoo/1"));
    var clock = new AtomicLong();
    try (var watch = new RepositoryWatch(repository, Duration.ofMillis(1), clock::get)) {
      watch.look();
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
      watch.look();
      // From here on time stands still: no look at everything is ever due.
      OnnxBuilder.detector().initializer("w", 5).write(zoo);
      OnnxBuilder.detector().write(root.resolve("farm/2.onnx"));
      await(
          () -> {
            watch.look();
            return repository.find("farm/2") != null
                && !String.valueOf(repository.find("zoo/1")).equals(before);
          });
    }
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
