package dev.penstock.model.export;

import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.OnnxSignature;
import dev.penstock.model.onnx.TensorSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Exports of other tools, which say nothing: they are told by the names, types and shapes of their
 * outputs. What cannot be told is asked for.
 */
final class ForeignExport {
  private static final int BOX = 4;

  /** Corners and score. */
  private static final int SCORED_BOX = 5;

  /** Number of the picture, corners, class, score. */
  private static final int NUMBERED_ROW = 7;

  private static final Set<String> LOGITS = Set.of("logits", "pred_logits");

  private final OnnxSignature signature;
  private final List<TensorSpec> outputs;
  private final ExportMetadata metadata;
  private final ExportHints hints;

  ForeignExport(OnnxSignature signature, ExportMetadata metadata, ExportHints hints) {
    this.signature = signature;
    this.outputs = signature.outputs();
    this.metadata = metadata;
    this.hints = hints;
  }

  /**
   * What it is, or empty when nothing tells.
   *
   * @throws PackageException naming what has to be said of it
   */
  Optional<Reading> read() throws PackageException {
    if (outputs.size() >= 3 && has("float", 3, BOX) && has("int", 2, -1) && has("float", 2, -1)) {
      return Optional.of(finishedQueries());
    }
    if (outputs.size() >= 3 && has("float", 2, BOX) && has("int", 1, -1) && has("float", 1, -1)) {
      return Optional.of(torchvision());
    }
    if (outputs.size() == 2 && has("float", 3, SCORED_BOX) && has("int", 2, -1)) {
      return Optional.of(mmdet());
    }
    OptionalInt boxes = named(Set.of("dets", "pred_boxes"));
    OptionalInt logits = named(boxes.isPresent() && isRfDetr(boxes) ? Set.of("labels") : LOGITS);
    if (boxes.isPresent() && logits.isPresent() && outputs.get(logits.getAsInt()).rank() == 3) {
      return Optional.of(
          new QueryExport(outputs, names(), hints)
              .read(boxes.getAsInt(), logits.getAsInt(), isRfDetr(boxes)));
    }
    if (HeadsExport.isToldBy(outputs)) {
      return Optional.of(HeadsExport.read(names(), outputs));
    }
    if (hasNumberedRows()) {
      return Optional.of(
          Reading.of(
              ExportTask.DETECT,
              "yolov7",
              new PostProcessing("nms", true),
              List.of(0),
              Preparation.LETTERBOX,
              names()));
    }
    return new ScoresExport(signature, metadata, hints).read();
  }

  /** Where columns are open the first run shows whether there are seven. */
  private boolean hasNumberedRows() {
    TensorSpec first = outputs.get(0);
    boolean seven = first.side(1) == NUMBERED_ROW || (first.side(1) < 0 && first.side(0) < 0);
    return outputs.size() == 1 && first.rank() == 2 && seven && !isPerPicture();
  }

  private boolean isRfDetr(OptionalInt boxes) {
    return outputs.get(boxes.getAsInt()).name().equals("dets");
  }

  /** D-FINE, RT-DETR and their kin with the post-processing of their own repositories. */
  private Reading finishedQueries() throws PackageException {
    return Reading.of(
        ExportTask.DETECT,
        "dfine",
        new PostProcessing("sigmoid", true),
        List.of(find("int", 2, -1), find("float", 3, BOX), find("float", 2, -1)),
        Preparation.SMOOTH_STRETCH,
        names());
  }

  /** Detectors of torchvision normalize, scale and suppress inside. */
  private Reading torchvision() throws PackageException {
    List<String> names = names();
    if (!names.get(0).contains("background")) {
      throw new PackageException(
          "it answers as torchvision's detectors do, whose label 0 is the background, and its first"
              + " class name is '%s': put the line __background__ first into class_names.txt"
                  .formatted(names.get(0)));
    }
    return Reading.of(
            ExportTask.DETECT,
            "torchvision",
            new PostProcessing("nms", true),
            List.of(find("int", 1, -1), find("float", 2, BOX), find("float", 1, -1)),
            Preparation.STRETCH,
            names)
        .one();
  }

  /** What pixels become differs from network to network. */
  private Reading mmdet() throws PackageException {
    return Reading.of(
        ExportTask.DETECT,
        "mmdet",
        new PostProcessing("nms", true),
        List.of(find("float", 3, SCORED_BOX), find("int", 2, -1)),
        told("mmdetection's detectors", Preparation.STRETCH),
        names());
  }

  private Preparation told(String what, Preparation rest) throws PackageException {
    return ScoresExport.told(what, rest, hints);
  }

  private List<String> names() throws PackageException {
    return hints.classNames().isEmpty() ? metadata.classNames() : hints.classNames();
  }

  /** Whether the first side counts pictures, as far as the file says. */
  private boolean isPerPicture() {
    TensorSpec output = outputs.get(0);
    TensorSpec input = signature.inputs().get(0);
    if (output.side(0) >= 0) {
      return output.side(0) == input.side(0);
    }
    if (input.side(0) >= 0) {
      return false;
    }
    String name = output.shape().get(0).name();
    return name.equals(input.shape().get(0).name())
        && (!name.isEmpty() || hints.classNames().size() == NUMBERED_ROW);
  }

  private OptionalInt named(Set<String> names) {
    return IntStream.range(0, outputs.size())
        .filter(i -> names.contains(outputs.get(i).name()))
        .findFirst();
  }

  private boolean has(String type, int rank, int last) {
    return find(type, rank, last) >= 0;
  }

  /** Position of the first output of that kind, −1 when there is none. */
  private int find(String type, int rank, int last) {
    for (int i = 0; i < outputs.size(); i++) {
      TensorSpec output = outputs.get(i);
      if (output.type().startsWith(type)
          && output.rank() == rank
          && (last < 0 || output.side(-1) == last)) {
        return i;
      }
    }
    return -1;
  }
}
