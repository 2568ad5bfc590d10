package dev.penstock.cli.models;

import dev.penstock.cli.options.CommonOptions;
import dev.penstock.cli.options.DeviceOptions;
import dev.penstock.cli.options.ModelOptions;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.repository.FolderRepository;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Loads models as a worker would. */
@Command(
    name = "check",
    description = "Loads and runs models as a worker would; status 1 when one cannot be served.",
    versionProvider = VersionProvider.class,
    sortOptions = false)
final class CheckCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "ID",
      arity = "0..*",
      description = "Models, dataset/version (default: all of the repository).")
  @Nullable List<String> modelIds;

  @Mixin final ModelOptions models = new ModelOptions();
  @Mixin final DeviceOptions device = new DeviceOptions();
  @Mixin final CommonOptions common = new CommonOptions();
  private final Supplier<Path> shipped;
  private int failures;

  CheckCommand(Supplier<Path> shipped) {
    this.shipped = shipped;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    FolderRepository repository = new RepositoryOptions(models, shipped).open();
    List<ModelPackage> chosen = new ArrayList<>();
    if (modelIds == null || modelIds.isEmpty()) {
      chosen.addAll(repository.all());
      repository.refusals().forEach(refusal -> failed(out, refusal.modelId(), refusal.reason()));
    } else {
      for (String modelId : modelIds) {
        chosen.add(RepositoryOptions.find(repository, modelId));
      }
    }
    try (Trials trials = Trials.open(device)) {
      for (ModelPackage model : chosen) {
        try {
          out.println("ok      " + model.id() + ": " + trials.run(model));
        } catch (StartupException e) {
          failed(out, model.id(), String.valueOf(e.getMessage()));
        }
        out.flush();
      }
    }
    return failures == 0 ? 0 : 1;
  }

  private void failed(PrintWriter out, String modelId, String reason) {
    failures++;
    out.println("failed  " + modelId + ": " + reason);
    out.flush();
  }
}
