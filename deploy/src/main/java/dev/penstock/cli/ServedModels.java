package dev.penstock.cli;

import dev.penstock.cli.process.ServingProcess;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.model.repository.RepositoryWatch;
import java.time.Duration;

/** The repository of a process that serves: what is in its folders is followed until it stops. */
final class ServedModels {
  private static final Duration LOOKS = Duration.ofSeconds(1);

  private ServedModels() {}

  /** Says in the log what there is, and follows its folders from now on. */
  static ModelRepository follow(ServingProcess process, FolderRepository repository) {
    RepositoryWatch watch = RepositoryWatch.start(repository, LOOKS);
    process.onStop("watching the models", watch::close);
    return repository;
  }
}
