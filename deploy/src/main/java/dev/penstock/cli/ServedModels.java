package dev.penstock.cli;

import dev.penstock.cli.options.UnexportedModels;
import dev.penstock.cli.process.ServingProcess;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.model.repository.RepositoryWatch;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The repository of a process that serves: what is in its folders is followed until it stops. */
final class ServedModels {
  private static final Duration LOOKS = Duration.ofSeconds(1);

  private ServedModels() {}

  /** Says in the log what there is, and follows its folders from now on. */
  static ModelRepository follow(ServingProcess process, List<Path> folders) {
    FolderRepository repository = FolderRepository.open(folders);
    RepositoryWatch watch = RepositoryWatch.start(repository, LOOKS);
    if (repository.all().isEmpty()) {
      UnexportedModels.advice(folders)
          .ifPresent(
              advice -> System.getLogger(ServedModels.class.getName()).log(Level.WARNING, advice));
    }
    process.onStop("watching the models", watch::close);
    return repository;
  }
}
