package dev.penstock.cli.models;

import dev.penstock.cli.options.CommonOptions;
import dev.penstock.cli.options.ModelOptions;
import dev.penstock.cli.options.UnexportedModels;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.ForwardPass;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.repository.FolderRepository;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One line for each model, then what is not served and why. */
@Command(
    name = "list",
    description = "Lists the models, and what is not served with the reason.",
    versionProvider = VersionProvider.class,
    sortOptions = false)
final class ListCommand implements Callable<Integer> {
  private static final List<String> HEAD =
      List.of("MODEL", "TASK", "DECODED AS", "INPUT", "BATCH", "CLASSES", "SIZE", "DIGEST");
  private static final int DIGEST_LETTERS = 12;

  @Spec CommandSpec spec;
  @Mixin final ModelOptions models = new ModelOptions();
  @Mixin final CommonOptions common = new CommonOptions();
  private final Supplier<Path> shipped;

  ListCommand(Supplier<Path> shipped) {
    this.shipped = shipped;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    FolderRepository repository = new RepositoryOptions(models, shipped).open();
    List<List<String>> rows = new ArrayList<>(List.of(HEAD));
    repository.all().forEach(model -> rows.add(row(model)));
    out.print(rows.size() > 1 ? TextTable.of(rows) : "no models are served\n");
    if (repository.all().isEmpty()) {
      UnexportedModels.advice(models.models(shipped)).ifPresent(out::println);
    }
    if (!repository.refusals().isEmpty()) {
      out.println("\nnot served:");
      repository
          .refusals()
          .forEach(refusal -> out.println("  " + refusal.modelId() + ": " + refusal.reason()));
    }
    out.flush();
    return 0;
  }

  private static List<String> row(ModelPackage model) {
    ModelDescription description = model.description();
    return List.of(
        model.id(),
        description.taskType(),
        description.architecture() + (description.postProcessing().fused() ? " (fused)" : ""),
        description.input().width() + "x" + description.input().height(),
        batch(description.forwardPass()),
        Integer.toString(description.classNames().size()),
        TextTable.size(model.files().stream().mapToLong(ModelPackage.PackageFile::bytes).sum()),
        model.digest().substring(0, DIGEST_LETTERS));
  }

  /** The only one, the largest one, or any. */
  private static String batch(ForwardPass pass) {
    if (pass.staticBatch() != null) {
      return pass.staticBatch().toString();
    }
    return pass.maxDynamicBatch() == null ? "any" : "up to " + pass.maxDynamicBatch();
  }
}
