package dev.penstock.cli.options;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Models in forms that are not served, such as the {@code best.pt} that a training leaves: whoever
 * gives their folder is told how to come to one that is.
 */
public final class UnexportedModels {
  /** {@code runs/detect/train/weights} given from three folders above. */
  private static final int DEPTH = 4;

  /** Of a folder with anything else in it; looking further would take long. */
  private static final int MOST_LOOKS = 20_000;

  private static final String ONNX = ".onnx";

  private enum Form {
    PYTORCH("PyTorch's form", "\\.pt|\\.pth|\\.safetensors|\\.ckpt"),
    TORCHSCRIPT("TorchScript", "\\.torchscript"),
    TENSORRT("a TensorRT engine", "\\.engine|\\.trt"),
    TENSORFLOW("TensorFlow's form", "\\.tflite|\\.pb|saved_model|\\.keras|\\.h5"),
    CORE_ML("Core ML's form", "\\.mlpackage|\\.mlmodel"),
    OPENVINO("OpenVINO's form", "_openvino_model"),
    OTHER("another runtime's form", "_ncnn_model|_paddle_model|\\.mnn|\\.rknn");

    final String label;
    final Pattern name;

    /**
     * @param endings of the names of its files or folders, as a pattern
     */
    Form(String label, String endings) {
      this.label = label;
      this.name = Pattern.compile(".*(" + endings + ")", Pattern.CASE_INSENSITIVE);
    }

    static @Nullable Form of(Path file) {
      String name = file.getFileName().toString();
      return Arrays.stream(values())
          .filter(form -> form.name.matcher(name).matches())
          .findFirst()
          .orElse(null);
    }
  }

  private UnexportedModels() {}

  /** What to do about what lies in folders that hold nothing else to serve. */
  public static Optional<String> advice(List<Path> folders) {
    return folders.stream()
        .flatMap(folder -> find(folder).stream())
        .findFirst()
        .map(UnexportedModels::advice);
  }

  /** What to do about a file or folder of such a form; nothing when it has none. */
  public static Optional<String> adviceOn(Path file) {
    return file.getFileName() == null || Form.of(file) == null
        ? Optional.empty()
        : Optional.of(advice(file));
  }

  private static String advice(Path file) {
    Form form = Form.of(file);
    boolean trained = form == Form.PYTORCH;
    return "%s is %s, and ONNX is what is served. Export %s: yolo export model=%s format=onnx dynamic=True. Then give --models the folder of the .onnx file."
        .formatted(
            file,
            form == null ? "of another form" : form.label,
            trained ? "it" : "what it was made from",
            trained ? file : "best.pt");
  }

  /** The first one that has no export beside it. */
  private static Optional<Path> find(Path folder) {
    try (Stream<Path> files = Files.find(folder, DEPTH, (file, attributes) -> true)) {
      return files
          .limit(MOST_LOOKS)
          .filter(file -> !file.equals(folder) && Form.of(file) != null && !isExported(file))
          .findFirst();
    } catch (IOException | java.io.UncheckedIOException e) {
      System.getLogger(UnexportedModels.class.getName())
          .log(Level.DEBUG, "{0} was not looked through: {1}", folder, e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean isExported(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    return Files.exists(file.resolveSibling(stem + ONNX));
  }
}
