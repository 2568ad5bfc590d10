package dev.penstock.cli.models;

import dev.penstock.cli.options.ModelOptions;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelIds;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository.Refusal;
import dev.penstock.model.repository.FolderRepository;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The repository a command is about. */
record RepositoryOptions(ModelOptions models, Supplier<Path> shipped) {
  List<Path> folders() {
    return models.models(shipped);
  }

  FolderRepository open() {
    return FolderRepository.open(folders());
  }

  /**
   * The model with that id.
   *
   * @throws StartupException when it is refused or not there
   */
  static ModelPackage find(FolderRepository repository, String modelId) {
    ModelPackage found = repository.find(modelId);
    if (found != null) {
      return found;
    }
    throw new StartupException(
        repository.refusals().stream()
            .filter(refusal -> refusal.modelId().equals(ModelIds.canonical(modelId)))
            .findFirst()
            .map(Refusal::reason)
            .map(reason -> modelId + " is not served: " + reason)
            .orElseGet(
                () ->
                    "there is no model "
                        + modelId
                        + ": 'penstock models list' shows those that are there"));
  }
}
