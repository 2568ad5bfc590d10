package dev.penstock.model.layout;

import dev.penstock.model.ModelPackage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a package may lie: a folder, or one ONNX file of a folder with the files of weights that
 * belong to it. Only files named here belong to a package: a licence or a note beside them changes
 * neither the model nor its digest.
 *
 * @param folder where the files are
 * @param bareFile the ONNX file, or null for the whole folder
 */
public record PackageSource(Path folder, @Nullable String bareFile) {
  static final String MODEL_CONFIG = "model_config.json";
  static final String INFERENCE_CONFIG = "inference_config.json";
  static final String CLASS_NAMES = "class_names.txt";
  static final String KEYPOINTS = "keypoints_metadata.json";
  private static final String ONNX = ".onnx";

  /** Large networks keep their tensors in {@code weights.onnx.data} or the like. */
  private static final Pattern TENSORS = Pattern.compile("\\.onnx[._]data");

  private static final Set<String> DESCRIBING =
      Set.of(
          CLASS_NAMES,
          INFERENCE_CONFIG,
          KEYPOINTS,
          MODEL_CONFIG,
          CacheLayout.ENVIRONMENT,
          CacheLayout.MODEL_TYPE);

  /** Any of them makes a folder a package rather than one of packages. */
  private static final List<String> MARKS =
      List.of(MODEL_CONFIG, CacheLayout.ENVIRONMENT, ModelPackage.WEIGHTS);

  public static PackageSource of(Path folder) {
    return new PackageSource(folder, null);
  }

  public static boolean isPackage(Path folder) {
    return MARKS.stream().anyMatch(mark -> Files.exists(folder.resolve(mark)));
  }

  public static boolean isOnnx(String name) {
    return name.endsWith(ONNX);
  }

  /** {@code model} for {@code model.onnx}. */
  public static String stem(String onnxFile) {
    return onnxFile.substring(0, onnxFile.length() - ONNX.length());
  }

  /** Names of the files that belong to it, sorted. */
  List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isRegularFile)
          .map(path -> path.getFileName().toString())
          .filter(this::belongs)
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private boolean belongs(String name) {
    if (name.startsWith(".")) {
      return false;
    }
    return bareFile == null
        ? DESCRIBING.contains(name) || isOnnx(name) || TENSORS.matcher(name).find()
        : name.equals(bareFile) || (name.startsWith(bareFile) && TENSORS.matcher(name).find());
  }

  /**
   * What tells whether it was changed, without reading the files.
   *
   * @param file which file lies there, as far as the file system says; replacing one by renaming
   *     another shows here
   */
  public record Stamp(String name, long bytes, long modifiedNanos, String file) {}

  /** The stamps of its files now; empty when there are none. */
  public List<Stamp> stamps() throws IOException {
    var stamps = new ArrayList<Stamp>();
    for (String name : names()) {
      BasicFileAttributes attributes =
          Files.readAttributes(folder.resolve(name), BasicFileAttributes.class);
      stamps.add(
          new Stamp(
              name,
              attributes.size(),
              attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
              String.valueOf(attributes.fileKey())));
    }
    return List.copyOf(stamps);
  }
}
