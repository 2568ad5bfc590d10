package dev.penstock.cli;

import dev.penstock.model.ModelRepository;
import dev.penstock.worker.engine.Device;
import java.nio.file.Path;
import java.util.List;

/** Stands for parts that are merged later. */
@SuppressWarnings("DoNotCallSuggester")
final class Seams {
  private Seams() {}

  static Device device(String device) {
    return dev.penstock.worker.engine.Devices.open(
        device, Path.of(System.getProperty("user.home"), ".cache/penstock"));
  }

  static ModelRepository repository(List<Path> folders) {
    return dev.penstock.model.FolderRepository.open(folders);
  }
}
