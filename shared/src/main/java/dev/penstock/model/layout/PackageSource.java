package dev.penstock.model.layout;

import dev.penstock.model.ModelPackage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a package may lie: a folder, or one ONNX file of a folder. Only files named here, and those
 * in which the network says that its tensors lie, belong to a package: a licence or a note beside
 * them changes neither the model nor its digest.
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

  /** Whether a file of that name describes the network beside it. */
  static boolean describes(String name) {
    return DESCRIBING.contains(name);
  }

  /** Names of the files that belong to it but for those of tensors, sorted. */
  List<String> names() throws IOException {
    if (bareFile != null) {
      return Files.isRegularFile(folder.resolve(bareFile)) ? List.of(bareFile) : List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> belongs(path.getFileName().toString()))
          .filter(Files::isRegularFile)
          .map(path -> path.getFileName().toString())
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean belongs(String name) {
    return !name.startsWith(".") && (DESCRIBING.contains(name) || isOnnx(name));
  }

  /**
   * What tells whether it was changed, without reading the files.
   *
   * @param file which file lies there, as far as the file system says; replacing one by renaming
   *     another shows here
   */
  public record Stamp(String name, long bytes, long modifiedNanos, String file) {}

  /**
   * The stamps of its files now; empty when there are none.
   *
   * @param tensors names of the files in which its tensors lie
   */
  public List<Stamp> stamps(List<String> tensors) throws IOException {
    var stamps = new ArrayList<Stamp>();
    for (String name : names()) {
      stamps.add(stamp(name));
    }
    for (String name : tensors) {
      try {
        stamps.add(stamp(name));
      } catch (NoSuchFileException | InvalidPathException e) {
        stamps.add(new Stamp(name, -1, 0, "missing"));
      }
    }
    return List.copyOf(stamps);
  }

  private Stamp stamp(String name) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(folder.resolve(name), BasicFileAttributes.class);
    return new Stamp(
        name,
        attributes.size(),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        String.valueOf(attributes.fileKey()));
  }
}
