package dev.penstock.cli;

import dev.penstock.config.StartupException;
import dev.penstock.model.ModelRepository;
import dev.penstock.worker.engine.Device;
import java.nio.file.Path;
import java.util.List;

/** Stands for parts that are merged later. */
@SuppressWarnings("DoNotCallSuggester")
final class Seams {
  private Seams() {}

  static Device device(String device) {
    throw new StartupException("no device " + device);
  }

  static ModelRepository repository(List<Path> folders) {
    throw new StartupException("no repository " + folders);
  }
}
