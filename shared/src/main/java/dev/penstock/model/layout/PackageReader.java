package dev.penstock.model.layout;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.model.PackageException;
import dev.penstock.model.export.ExportHints;
import dev.penstock.model.export.OnnxExport;
import dev.penstock.model.onnx.OnnxFormatException;
import dev.penstock.model.onnx.OnnxSignature;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads files as a model package, in one of three layouts: the package folders of the reference
 * server ({@code model_config.json}), its older cache ({@code environment.json}), or a bare ONNX
 * file that describes itself.
 */
public final class PackageReader {
  private final PackageSource source;
  private final List<String> names;

  private PackageReader(PackageSource source) throws IOException {
    this.source = source;
    this.names = source.names();
  }

  /** Reads a whole folder as a package. */
  public static ModelPackage read(String id, Path folder) throws PackageException, IOException {
    return read(id, PackageSource.of(folder));
  }

  /**
   * @param id canonical id the package gets
   * @throws PackageException when this is no package that can be served
   * @throws IOException when a file cannot be read
   */
  public static ModelPackage read(String id, PackageSource source)
      throws PackageException, IOException {
    return new PackageReader(source).read(id);
  }

  private ModelPackage read(String id) throws PackageException, IOException {
    String weights = weights();
    ModelDescription description = description(weights);
    TensorFiles tensors = TensorFiles.of(source.folder(), weights);
    tensors.check();
    List<PackageFile> files = files(weights, tensors.names());
    return new ModelPackage(
        id, Digests.ofPackage(id, files), source.folder(), weights, files, description);
  }

  /**
   * Names of the files in which the tensors of a package lie, as its network says; empty while that
   * cannot be told. Reads little.
   *
   * @throws IOException when its network cannot be read
   */
  public static List<String> tensorNames(PackageSource source) throws IOException {
    try {
      return TensorFiles.peek(source.folder(), new PackageReader(source).weights());
    } catch (PackageException e) {
      return List.of(); // reading it says why
    }
  }

  private String weights() throws PackageException {
    if (source.bareFile() != null) {
      return source.bareFile();
    }
    List<String> networks = names.stream().filter(PackageSource::isOnnx).toList();
    if (networks.contains(ModelPackage.WEIGHTS)) {
      return ModelPackage.WEIGHTS;
    }
    if (networks.size() == 1) {
      return networks.get(0);
    }
    throw new PackageException(
        networks.isEmpty()
            ? "%s is missing in %s: a package needs its network there, and what describes it"
                .formatted(ModelPackage.WEIGHTS, source.folder())
            : "%s holds several networks (%s): keep one, or give each a version of its own"
                .formatted(source.folder(), String.join(", ", networks)));
  }

  private ModelDescription description(String weights) throws PackageException, IOException {
    if (names.contains(PackageSource.MODEL_CONFIG)) {
      ModelDescription said =
          DescriptionParser.parse(
              needed(PackageSource.MODEL_CONFIG),
              needed(PackageSource.INFERENCE_CONFIG),
              needed(PackageSource.CLASS_NAMES),
              keypoints());
      // Needs nothing of it, but half a file must not pass for a network.
      signature(weights);
      return said;
    }
    OnnxSignature signature = signature(weights);
    String classNames = text(PackageSource.CLASS_NAMES);
    String environment = text(CacheLayout.ENVIRONMENT);
    return environment == null
        ? OnnxExport.describe(signature, hints(classNames))
        : CacheLayout.describe(
            environment, text(CacheLayout.MODEL_TYPE), classNames, keypoints(), signature);
  }

  /** What files beside a bare export say of it. */
  private ExportHints hints(@Nullable String classNames) throws PackageException, IOException {
    String config = text(PackageSource.INFERENCE_CONFIG);
    ExportHints hints = config == null ? ExportHints.NONE : HintsParser.parse(config);
    return hints.withNames(classNames == null ? List.of() : DescriptionParser.lines(classNames));
  }

  private OnnxSignature signature(String weights) throws PackageException, IOException {
    try {
      return OnnxSignature.read(source.folder().resolve(weights));
    } catch (OnnxFormatException e) {
      throw incomplete(weights, e);
    }
  }

  static PackageException incomplete(String weights, OnnxFormatException e) {
    return new PackageException(
        "%s is no complete ONNX file: %s. Export or copy it again"
            .formatted(weights, e.getMessage()),
        e);
  }

  private List<PackageFile> files(String weights, List<String> tensors) throws IOException {
    var files = new ArrayList<PackageFile>();
    for (String name : names) {
      if (!PackageSource.isOnnx(name) || name.equals(weights)) {
        files.add(file(name, name.equals(weights) ? ModelPackage.WEIGHTS : name));
      }
    }
    for (String name : tensors) {
      files.add(file(name, name));
    }
    files.sort(Comparator.comparing(PackageFile::name));
    return files;
  }

  /** One that is no text is an empty one: only models of key-points need it, and will say so. */
  private @Nullable String keypoints() throws IOException {
    try {
      return text(PackageSource.KEYPOINTS);
    } catch (PackageException e) {
      return "";
    }
  }

  private PackageFile file(String name, String called) throws IOException {
    Path path = source.folder().resolve(name);
    return new PackageFile(called, Files.size(path), Digests.ofFile(path));
  }

  private String needed(String name) throws PackageException, IOException {
    String text = text(name);
    if (text == null) {
      throw new PackageException(
          "%s is missing in %s: a package needs weights.onnx, model_config.json,"
                  .formatted(name, source.folder())
              + " inference_config.json and class_names.txt");
    }
    return text;
  }

  private @Nullable String text(String name) throws IOException, PackageException {
    if (!names.contains(name)) {
      return null;
    }
    try {
      return Files.readString(source.folder().resolve(name));
    } catch (CharacterCodingException e) {
      throw new PackageException(name + " is not UTF-8 text: save it as UTF-8", e);
    }
  }
}
