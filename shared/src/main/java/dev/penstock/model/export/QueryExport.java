package dev.penstock.model.export;

import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Networks that answer a box and logits for each of their queries: DETR and its kin with one logit
 * more than there are classes, for what is no object, whose softmax counts; RT-DETR, D-FINE and
 * Deformable DETR with a sigmoid for each class; RF-DETR with a sigmoid for each class and one
 * logit that stands for none.
 */
final class QueryExport {
  /** Names of COCO in training sets, and their places among the 91 ids of its categories. */
  private static final int COCO_NAMES = 80;

  private static final int COCO_IDS = 91;

  private static final Set<Integer> COCO_GAPS = Set.of(0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83);

  private final List<TensorSpec> outputs;
  private final List<String> names;
  private final ExportHints hints;

  QueryExport(List<TensorSpec> outputs, List<String> names, ExportHints hints) {
    this.outputs = outputs;
    this.names = names;
    this.hints = hints;
  }

  /**
   * @param boxes position of the boxes
   * @param logits position of the logits
   * @throws PackageException when there are other names than logits, or it cannot be told how
   *     pictures are prepared
   */
  Reading read(int boxes, int logits, boolean rfDetr) throws PackageException {
    long scores = outputs.get(logits).side(2);
    if (rfDetr) {
      return rfDetr(boxes, logits, scores);
    }
    if (scores == names.size() + 1) {
      return reading("softmax", List.of(boxes, logits), Preparation.SMOOTH_NORMALIZED);
    }
    if (scores == names.size()) {
      return reading(
          "sigmoid",
          List.of(boxes, logits),
          ScoresExport.told(
              "detectors with a logit for each class (RT-DETR and D-FINE divide pixels by 255,"
                  + " Deformable and Conditional DETR normalize them, too)",
              Preparation.SMOOTH_STRETCH,
              hints));
    }
    throw wrongNames(outputs.get(logits), "as many as logits, or one less for DETR");
  }

  private Reading reading(String type, List<Integer> order, Preparation preparation) {
    return Reading.of(
        ExportTask.DETECT, "detr", new PostProcessing(type, false), order, preparation, names);
  }

  private Reading rfDetr(int boxes, int logits, long scores) throws PackageException {
    var order = new ArrayList<>(List.of(boxes, logits));
    IntStream.range(0, outputs.size())
        .filter(i -> outputs.get(i).rank() == 4)
        .findFirst()
        .ifPresent(order::add);
    Reading reading =
        Reading.of(
            order.size() == 3 ? ExportTask.SEGMENT : ExportTask.DETECT,
            "detr",
            new PostProcessing("sigmoid", false),
            order,
            Preparation.NORMALIZED,
            names);
    if (scores < 0 || scores == names.size() || scores == names.size() + 1) {
      return reading;
    }
    if (scores == COCO_IDS && names.size() == COCO_NAMES) {
      return withCocoGaps(reading);
    }
    throw wrongNames(outputs.get(logits), "as many as logits, or one less");
  }

  private Reading withCocoGaps(Reading reading) {
    var all = new ArrayList<String>();
    var unnamed = new HashSet<String>();
    var rest = names.iterator();
    for (int id = 0; id < COCO_IDS; id++) {
      if (COCO_GAPS.contains(id)) {
        unnamed.add("no category " + id);
        all.add("no category " + id);
      } else {
        all.add(rest.next());
      }
    }
    return reading.without(all, unnamed);
  }

  private PackageException wrongNames(TensorSpec logits, String expected) {
    return new PackageException(
        "its output %s does not fit %d class names, of which there must be %s: correct"
                .formatted(logits, names.size(), expected)
            + " class_names.txt");
  }
}
