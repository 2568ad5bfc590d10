package dev.penstock.cli.models;

import dev.penstock.cli.options.CommonOptions;
import dev.penstock.cli.options.DeviceOptions;
import dev.penstock.cli.options.ModelOptions;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.onnx.OnnxFormatException;
import dev.penstock.model.onnx.OnnxSignature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** All that is known of one model. */
@Command(
    name = "show",
    description = "Shows what a model is, its inputs and outputs, and how fast it runs here.",
    versionProvider = VersionProvider.class,
    sortOptions = false)
final class ShowCommand implements Callable<Integer> {
  private static final int MOST_NAMES = 12;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The model, dataset/version.")
  String modelId = "";

  @Mixin final ModelOptions models = new ModelOptions();
  @Mixin final DeviceOptions device = new DeviceOptions();
  @Mixin final CommonOptions common = new CommonOptions();
  private final Supplier<Path> shipped;

  ShowCommand(Supplier<Path> shipped) {
    this.shipped = shipped;
  }

  @Override
  public Integer call() {
    var options = new RepositoryOptions(models, shipped);
    ModelPackage model = RepositoryOptions.find(options.open(), modelId);
    OnnxSignature signature = signature(model);
    PrintWriter out = spec.commandLine().getOut();
    ModelDescription description = model.description();
    line(out, "model", model.id());
    line(out, "file", model.weights().toString());
    line(out, "size", TextTable.size(model.files().stream().mapToLong(f -> f.bytes()).sum()));
    line(out, "digest", model.digest());
    line(out, "task", description.taskType());
    line(out, "decoded as", description.architecture() + ", " + postProcessing(description));
    line(out, "exported by", signature.producer());
    line(out, "says", signature.metadata().getOrDefault("description", "-"));
    line(out, "classes", names(description.classNames()));
    for (List<String> ofClass : description.keypoints().stream().distinct().toList()) {
      line(out, "key-points", names(ofClass));
    }
    line(out, "picture", PreparationText.of(description));
    signature.inputs().forEach(input -> line(out, "input", input.toString()));
    signature.outputs().forEach(output -> line(out, "output", output.toString()));
    out.flush();
    try (Trials trials = Trials.open(device)) {
      line(out, "speed", trials.run(model).toString());
    }
    out.flush();
    return 0;
  }

  private static OnnxSignature signature(ModelPackage model) {
    try {
      return OnnxSignature.read(model.weights());
    } catch (IOException e) {
      throw new StartupException("Cannot read " + model.weights() + ": " + e, e);
    } catch (OnnxFormatException e) {
      throw new StartupException(
          model.weights() + " is no complete ONNX file: " + e.getMessage(), e);
    }
  }

  private static String postProcessing(ModelDescription description) {
    var post = description.postProcessing();
    String type = post.type().isEmpty() ? "post-processing" : post.type();
    return type + (post.fused() ? " inside the network" : " by the worker");
  }

  private static String names(List<String> names) {
    String shown = String.join(", ", names.stream().limit(MOST_NAMES).toList());
    return names.size() + ": " + shown + (names.size() > MOST_NAMES ? ", …" : "");
  }

  private static void line(PrintWriter out, String label, String value) {
    out.println("%-12s %s".formatted(label, value));
  }
}
