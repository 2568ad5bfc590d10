package dev.penstock.model;

import dev.penstock.model.ModelPackage.PackageFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads one folder as a model package. Only the files named here belong to a package: a licence or
 * a note beside them changes neither the model nor its digest.
 */
final class PackageReader {
  static final String MODEL_CONFIG = "model_config.json";
  static final String INFERENCE_CONFIG = "inference_config.json";
  static final String CLASS_NAMES = "class_names.txt";
  static final String KEYPOINTS = "keypoints_metadata.json";
  static final String WEIGHTS = "weights.onnx";
  private static final List<String> DESCRIBING =
      List.of(CLASS_NAMES, INFERENCE_CONFIG, KEYPOINTS, MODEL_CONFIG);

  private PackageReader() {}

  /**
   * @param id canonical id the package gets
   * @throws PackageException when the folder is no package that can be served
   * @throws IOException when a file cannot be read
   */
  static ModelPackage read(String id, Path folder) throws PackageException, IOException {
    for (String needed : List.of(WEIGHTS, MODEL_CONFIG, INFERENCE_CONFIG, CLASS_NAMES)) {
      if (!Files.isRegularFile(folder.resolve(needed))) {
        throw new PackageException(
            "%s is missing in %s: a package needs weights.onnx, model_config.json,"
                    .formatted(needed, folder)
                + " inference_config.json and class_names.txt");
      }
    }
    ModelDescription description =
        DescriptionParser.parse(
            text(folder, MODEL_CONFIG),
            text(folder, INFERENCE_CONFIG),
            text(folder, CLASS_NAMES),
            Files.exists(folder.resolve(KEYPOINTS)) ? text(folder, KEYPOINTS) : null);
    List<PackageFile> files = files(folder);
    return new ModelPackage(id, Digests.ofPackage(files), folder, files, description);
  }

  /** Large networks keep their tensors in {@code weights.onnx.data} or the like. */
  static boolean belongs(String name) {
    return DESCRIBING.contains(name) || name.startsWith(WEIGHTS);
  }

  private static List<PackageFile> files(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> entries = Files.list(folder)) {
      paths =
          entries
              .filter(path -> belongs(path.getFileName().toString()) && Files.isRegularFile(path))
              .sorted()
              .toList();
    }
    var files = new ArrayList<PackageFile>();
    for (Path path : paths) {
      files.add(
          new PackageFile(path.getFileName().toString(), Files.size(path), Digests.ofFile(path)));
    }
    return files;
  }

  private static String text(Path folder, String name) throws IOException, PackageException {
    try {
      return Files.readString(folder.resolve(name));
    } catch (CharacterCodingException e) {
      throw new PackageException(name + " is not UTF-8 text: save it as UTF-8", e);
    }
  }
}
