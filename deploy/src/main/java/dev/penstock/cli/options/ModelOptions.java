package dev.penstock.cli.options;

import dev.penstock.config.StartupException;
import dev.penstock.model.ModelAliases;
import dev.penstock.model.ModelIds;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where models are and which are loaded first. */
public final class ModelOptions {
  @Option(
      names = "--models",
      paramLabel = "DIR",
      split = ",",
      hideParamSyntax = true,
      description =
          "Folder of ONNX exports and model packages; repeatable (default: the shipped"
              + " repository).")
  @Nullable List<Path> models;

  @Option(
      names = "--preload",
      paramLabel = "IDS",
      split = ",",
      hideParamSyntax = true,
      description =
          "Models to load before it is ready, dataset/version[,...]; '' for none"
              + " (default: all, when they are few and not large, else the shipped one). A worker that is given none loads"
              + " what the routers say.")
  @Nullable List<String> preload;

  /**
   * The folders to serve.
   *
   * @param shipped the repository that comes with the program
   * @throws StartupException when one is a file
   */
  public List<Path> models(Supplier<Path> shipped) {
    List<Path> folders = models == null ? List.of(shipped.get()) : models;
    folders.stream().filter(Files::isRegularFile).findFirst().ifPresent(ModelOptions::refuse);
    return folders.stream().map(folder -> folder.toAbsolutePath().normalize()).toList();
  }

  /** What the user wants loaded first; empty when nothing was said. */
  public List<String> preload() {
    return preload == null ? List.of() : preload.stream().filter(id -> !id.isBlank()).toList();
  }

  /**
   * What to load first.
   *
   * @param repository what is served
   * @param aliases more names of it
   * @param shipped id of the model that comes with the program, loaded when nothing was said and
   *     there are many
   * @throws StartupException when a wanted model is not served
   */
  public List<String> preload(ModelRepository repository, ModelAliases aliases, String shipped) {
    if (preload == null) {
      return AutomaticPreload.of(repository, shipped);
    }
    var ids = new ArrayList<String>();
    for (String id : preload()) {
      ModelPackage found = aliases.find(repository, id);
      if (found == null) {
        throw new StartupException(
            "--preload: the model '" + id + "' is not served: " + reason(repository, id));
      }
      ids.add(repository.find(id) == null ? found.id() : id);
    }
    return ids;
  }

  private static void refuse(Path file) {
    throw new StartupException(
        UnexportedModels.adviceOn(file)
            .orElseGet(
                () -> "--models takes folders, and " + file + " is a file: give its folder"));
  }

  private static String reason(ModelRepository repository, String id) {
    return repository.refusals().stream()
        .filter(refusal -> refusal.modelId().equals(ModelIds.canonical(id)))
        .map(ModelRepository.Refusal::reason)
        .findFirst()
        .orElseGet(
            () ->
                "the folders of --models hold "
                    + (repository.all().isEmpty()
                        ? "no models"
                        : repository.all().stream()
                            .map(ModelPackage::id)
                            .collect(Collectors.joining(", "))));
  }
}
