package dev.penstock.cli.doctor;

import dev.penstock.cli.options.ModelOptions;
import dev.penstock.cli.options.UnexportedModels;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.repository.FolderRepository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The folders of models. */
final class ModelChecks {
  private ModelChecks() {}

  static List<Finding> all(ModelOptions options, Supplier<Path> shipped) {
    List<Path> folders;
    FolderRepository repository;
    try {
      folders = options.models(shipped);
      repository = FolderRepository.open(folders);
    } catch (StartupException e) {
      return List.of(Finding.fail("models", String.valueOf(e.getMessage())));
    }
    var findings = new ArrayList<Finding>();
    var models = List.copyOf(repository.all());
    findings.add(
        models.isEmpty()
            ? Finding.warn(
                "models",
                UnexportedModels.advice(folders)
                    .orElse("none in " + folders + ": give --models a folder with exports in it"))
            : Finding.ok(
                "models", models.stream().map(ModelPackage::id).collect(Collectors.joining(", "))));
    repository
        .refusals()
        .forEach(
            refusal ->
                findings.add(
                    Finding.warn(
                        "models", refusal.modelId() + " is not served: " + refusal.reason())));
    return findings;
  }
}
