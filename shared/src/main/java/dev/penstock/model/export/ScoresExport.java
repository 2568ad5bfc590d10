package dev.penstock.model.export;

import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.OnnxSignature;
import dev.penstock.model.onnx.TensorSpec;
import java.util.List;
import java.util.Optional;

/**
 * Networks that answer scores for the whole picture, {@code [batch, classes]}, or for each pixel,
 * {@code [batch, classes, height, width]} or with the classes last. How their pictures are prepared
 * differs from network to network and stands nowhere in the file, but for YOLOv5's classifiers.
 */
final class ScoresExport {
  private static final String MANY_LABELS = "multi-label-classification";

  private final TensorSpec output;
  private final ExportMetadata metadata;
  private final ExportHints hints;
  private final boolean alone;

  ScoresExport(OnnxSignature signature, ExportMetadata metadata, ExportHints hints) {
    this.output = signature.outputs().get(0);
    this.metadata = metadata;
    this.hints = hints;
    this.alone = signature.outputs().size() == 1;
  }

  /** What it is, or empty when it is neither. */
  Optional<Reading> read() throws PackageException {
    if (!output.type().startsWith("float") || !alone) {
      return Optional.empty();
    }
    return switch (output.rank()) {
      case 2 -> Optional.of(classifier());
      case 4 -> Optional.of(planes());
      default -> Optional.empty();
    };
  }

  private Reading classifier() throws PackageException {
    List<String> names = names(output.side(1));
    boolean yolo = metadata.values().containsKey("stride");
    boolean many = MANY_LABELS.equals(hints.task());
    return Reading.of(
        many ? ExportTask.CLASSIFY_MANY : ExportTask.CLASSIFY,
        "classifier",
        new PostProcessing(many ? "sigmoid" : "softmax", false),
        List.of(),
        yolo
            ? Preparation.SQUARE
            : told("classifiers", Preparation.STRETCH.resized(ResizeMode.SHORTER_EDGE_CROP), hints),
        names);
  }

  private Reading planes() throws PackageException {
    long classes = output.side(1);
    List<String> names = names(-1);
    boolean last = output.side(3) == names.size() && classes != names.size() && classes != 1;
    boolean open = classes < 0;
    if (!last && !open && classes != names.size() && classes != names.size() - 1) {
      throw new PackageException(
          "its output %s does not fit %d class names, of which there must be as many as planes of"
                  .formatted(output, names.size())
              + " scores, 'background' among them: correct class_names.txt");
    }
    return Reading.of(
        ExportTask.SEMANTIC,
        last ? "planes-last" : "deep-lab-v3-plus",
        new PostProcessing("softmax", false),
        List.of(),
        told("networks that answer scores of each pixel", Preparation.STRETCH, hints),
        names);
  }

  /** Those of the file beside it or of the metadata; as many as there must be, or −1 for any. */
  private List<String> names(long count) throws PackageException {
    boolean none = hints.classNames().isEmpty() && !metadata.values().containsKey("names");
    if (none && count > 0) {
      throw new PackageException(
          "its metadata has no class names, and %d are needed: put it into a folder"
                  .formatted(count)
              + " <dataset>/<version>/ together with class_names.txt, one name on each line");
    }
    List<String> names = hints.classNames().isEmpty() ? metadata.classNames() : hints.classNames();
    if (count >= 0 && names.size() != count) {
      throw new PackageException(
          "its output %s has %d scores, and there are %d class names: correct class_names.txt"
              .formatted(output, count, names.size()));
    }
    return names;
  }

  /**
   * The rest of a preparation whose pixels the files beside the export say.
   *
   * @throws PackageException when they do not
   */
  static Preparation told(String what, Preparation rest, ExportHints hints)
      throws PackageException {
    if (hints.saysPixels()) {
      return rest;
    }
    throw new PackageException(
        "nothing says what the pixels of its pictures become, which differs among %s: put"
                .formatted(what)
            + " inference_config.json beside it in <dataset>/<version>/, for example"
            + " {\"network_input\": {\"scaling_factor\": 255, \"normalization\": [[0.485, 0.456,"
            + " 0.406], [0.229, 0.224, 0.225]]}} for ImageNet's means and deviations, or"
            + " {\"network_input\": {\"scaling_factor\": 255}} for pixels from 0 to 1");
  }
}
