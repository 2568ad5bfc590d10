package dev.penstock.cli.models;

import dev.penstock.cli.options.CommonOptions;
import dev.penstock.cli.options.ModelOptions;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelIds;
import dev.penstock.model.repository.PackageInstaller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a model into a repository. */
@Command(
    name = "add",
    description =
        "Copies an ONNX export or a package folder into the repository, if it can be served. A"
            + " router that serves it takes it in without a restart.",
    versionProvider = VersionProvider.class,
    sortOptions = false)
final class AddCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "PATH", description = "best.onnx, or a package folder.")
  Path path = Path.of("");

  @Parameters(index = "1", paramLabel = "ID", description = "The id it gets, dataset/version.")
  String modelId = "";

  @Option(names = "--replace", description = "Take the place of a model that has this id.")
  boolean replace;

  @Mixin final ModelOptions models = new ModelOptions();
  @Mixin final CommonOptions common = new CommonOptions();
  private final Supplier<Path> shipped;

  AddCommand(Supplier<Path> shipped) {
    this.shipped = shipped;
  }

  @Override
  public Integer call() {
    String id = ModelIds.canonical(modelId);
    if (id == null || id.indexOf('/') < 0) {
      throw new ParameterException(
          spec.commandLine(), "'" + modelId + "' is no id: write dataset/version, as in gears/3");
    }
    if (!Files.exists(path)) {
      throw new ParameterException(spec.commandLine(), "there is no " + path);
    }
    Path repository = models.models(shipped).get(0);
    try {
      Path place = PackageInstaller.install(path, id, repository, replace);
      spec.commandLine().getOut().println(id + " is in " + place);
      spec.commandLine().getOut().flush();
      return 0;
    } catch (IOException e) {
      throw new StartupException("The model cannot be copied to " + repository + ": " + e, e);
    }
  }
}
