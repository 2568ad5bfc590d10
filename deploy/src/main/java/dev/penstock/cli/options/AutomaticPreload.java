package dev.penstock.cli.options;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import java.util.Collection;
import java.util.List;

/**
 * What is loaded before it is asked for when nobody said so: the models, when they are few and not
 * large, so that nobody waits for a load who has just given a folder with a model or two.
 */
final class AutomaticPreload {
  private static final int FEW = 4;
  private static final long LITTLE_BYTES = 500_000_000;

  private AutomaticPreload() {}

  /**
   * @param shipped id of the model that comes with the program
   */
  static List<String> of(ModelRepository repository, String shipped) {
    Collection<ModelPackage> models = repository.all();
    long bytes =
        models.stream()
            .flatMap(model -> model.files().stream())
            .mapToLong(ModelPackage.PackageFile::bytes)
            .sum();
    if (models.size() <= FEW && bytes <= LITTLE_BYTES) {
      return models.stream().map(ModelPackage::id).toList();
    }
    return repository.find(shipped) == null ? List.of() : List.of(shipped);
  }
}
