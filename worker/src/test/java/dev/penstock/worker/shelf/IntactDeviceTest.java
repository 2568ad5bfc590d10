package dev.penstock.worker.shelf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.DeviceMemory;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntactDeviceTest {
  private static final Path PACKAGES = Path.of("src/test/resources/packages");

  @TempDir private Path folder = Path.of("");

  /** Loads nothing; may do something to the files meanwhile. */
  private static final class FakeDevice implements Device {
    private final Runnable whileLoading;
    private boolean closed;

    FakeDevice(Runnable whileLoading) {
      this.whileLoading = whileLoading;
    }

    @Override
    public String label() {
      return "fake";
    }

    @Override
    public int lanes() {
      return 1;
    }

    @Override
    public DeviceMemory memory() {
      return new FakeMemory();
    }

    @Override
    public LoadedModel load(ModelPackage modelPackage) {
      whileLoading.run();
      return new LoadedModel() {
        @Override
        public int maxBatch() {
          return 1;
        }

        @Override
        public long memory() {
          return 0;
        }

        @Override
        public void limitBatch(int most) {}

        @Override
        public List<BatchRunner> runners() {
          return List.of();
        }

        @Override
        public void close() {
          closed = true;
        }
      };
    }

    @Override
    public void close() {}
  }

  private Path classNames() throws IOException {
    Path some;
    try (var tree = Files.walk(PACKAGES)) {
      some =
          tree.filter(path -> path.endsWith("model_config.json"))
              .findFirst()
              .orElseThrow()
              .getParent();
    }
    Path target = Files.createDirectories(folder.resolve("pets/1"));
    try (var files = Files.list(some)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
    }
    return target.resolve("class_names.txt");
  }

  @Test
  void a_model_whose_files_stay_is_loaded() throws Exception {
    classNames();
    var repository = FolderRepository.open(List.of(folder));
    var device = new FakeDevice(() -> {});

    assertThat(new IntactDevice(device, repository).load(found(repository))).isNotNull();
    assertThat(device.closed).isFalse();
  }

  @Test
  void a_model_whose_files_are_replaced_while_it_is_loaded_is_given_back() throws Exception {
    Path classNames = classNames();
    var repository = FolderRepository.open(List.of(folder));
    var device =
        new FakeDevice(
            () -> {
              try {
                // Of another length: within the same tick of the clock nothing else tells.
                Files.writeString(classNames, "something else, and more of it\n");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });

    assertThatThrownBy(() -> new IntactDevice(device, repository).load(found(repository)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("its files were replaced while it was loaded");
    assertThat(device.closed).isTrue();
  }

  private static ModelPackage found(FolderRepository repository) {
    return repository.all().iterator().next();
  }
}
