package dev.penstock.model.export;

import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.TensorSpec;
import java.util.List;

/**
 * How an export's outputs are laid out, in the words of the packages that have the same layout.
 *
 * @param architecture the family whose decoding fits, which need not be what was trained: YOLO26
 *     exported without {@code end2end} answers in the layout of YOLOv8
 * @param postProcessing what is left to do
 */
record ExportLayout(String architecture, PostProcessing postProcessing) {
  private static final int BOX = 4;

  /** Corners, confidence and class of a finished detection. */
  private static final int FINISHED = 6;

  private static final int COORDINATES = 2;
  private static final int COORDINATES_WITH_VISIBILITY = 3;

  /** Of an object; a whole body with hands and face has 133. */
  private static final int MOST_KEYPOINTS = 10_000;

  private static final String YOLO_V8 = "yolov8";
  private static final String YOLOX = "yolox";

  /** As many detections as tools keep unless told otherwise. */
  private static final int MOST_FINISHED = 300;

  /**
   * @param classes how many class names there are
   * @throws PackageException when the outputs are in no known layout for the task
   */
  static ExportLayout of(
      ExportTask task, int classes, ExportMetadata metadata, List<TensorSpec> outputs, Grids grids)
      throws PackageException {
    if (metadata.isRtDetr()) {
      return rtDetr(task, classes, outputs);
    }
    return switch (task) {
      case DETECT -> boxes(task, classes, 0, metadata, outputs, grids);
      case SEGMENT -> boxes(task, classes, maskCoefficients(outputs), metadata, outputs, grids);
      case POSE -> keypoints(classes, metadata, outputs, grids);
      case CLASSIFY, CLASSIFY_MANY -> scores(classes, outputs);
      case SEMANTIC -> classMap(classes, outputs);
      case OBB -> oriented(classes, metadata, outputs, grids);
    };
  }

  /** Versions of the tool before 8.4 leave the best class of a query to others. */
  private static ExportLayout rtDetr(ExportTask task, int classes, List<TensorSpec> outputs)
      throws PackageException {
    TensorSpec first = outputs.get(0);
    boolean fits =
        first.rank() == 3 && (fits(first.side(2), FINISHED) || fits(first.side(2), BOX + classes));
    if (task != ExportTask.DETECT || !fits) {
      throw unknown(
          task,
          classes,
          first,
          "[batch, queries, %d] or [batch, queries, %d]".formatted(FINISHED, BOX + classes));
    }
    return new ExportLayout("rtdetr", new PostProcessing("sigmoid", true));
  }

  /** As boxes, with the key-points behind the scores; those may lack how sure they are. */
  private static ExportLayout keypoints(
      int classes, ExportMetadata metadata, List<TensorSpec> outputs, Grids grids)
      throws PackageException {
    ExportLayout boxes =
        boxes(ExportTask.POSE, classes, keypointNumbers(metadata), metadata, outputs, grids);
    return metadata.keypointShape().get(1) == COORDINATES
        ? new ExportLayout("yolo-xy", new PostProcessing("nms", isFinished(boxes)))
        : boxes;
  }

  /** As boxes, with the angle behind the scores. */
  private static ExportLayout oriented(
      int classes, ExportMetadata metadata, List<TensorSpec> outputs, Grids grids)
      throws PackageException {
    ExportLayout boxes = boxes(ExportTask.OBB, classes, 1, metadata, outputs, grids);
    return new ExportLayout("yolo-obb", new PostProcessing("nms", isFinished(boxes)));
  }

  private static boolean isFinished(ExportLayout boxes) {
    return boxes.postProcessing.fused() || boxes.architecture.equals("yolov10");
  }

  private static ExportLayout boxes(
      ExportTask task,
      int classes,
      int extra,
      ExportMetadata metadata,
      List<TensorSpec> outputs,
      Grids grids)
      throws PackageException {
    TensorSpec first = outputs.get(0);
    int plainRows = BOX + classes + extra;
    boolean three = first.rank() == 3;
    // The rows of this layout are as many as the classes want: only their length may be free.
    boolean plain =
        three && (first.side(1) == plainRows || (first.side(1) < 0 && first.side(2) < 0));
    boolean finished = three && fits(first.side(2), FINISHED + extra);
    boolean withObjectness = three && fits(first.side(2), plainRows + 1) && mayHaveObjectness(task);
    if (withObjectness && hasObjectness(first, finished, plain, metadata, grids)) {
      return withObjectness(task, first, metadata, grids);
    }
    if (finished && (!plain || metadata.suppressesInside())) {
      return finished(metadata);
    }
    if (plain) {
      return new ExportLayout(plainFamily(metadata), new PostProcessing("nms", false));
    }
    throw unknown(
        task,
        classes,
        first,
        "[batch, %d, candidates], [batch, detections, %d] with NMS inside, or [batch, candidates, %d]"
            .formatted(plainRows, FINISHED + extra, plainRows + 1));
  }

  /**
   * Whether an output that may be {@code [batch, candidates, 5 + classes]} is that. With one class
   * it has as many columns as finished boxes: then the number of rows decides, and where that is
   * free, who wrote the file.
   */
  private static boolean hasObjectness(
      TensorSpec output, boolean finished, boolean plain, ExportMetadata metadata, Grids grids)
      throws PackageException {
    boolean open = output.side(1) < 0;
    if (output.side(2) < 0 || plain) {
      return false;
    }
    if (!finished) {
      return true;
    }
    if (metadata.suppressesInside()) {
      return false;
    }
    return open
        ? metadata.isOfYolov5()
        : output.side(1) != MOST_FINISHED && grids.boxesPerCell(output.side(1)) > 0;
  }

  /**
   * One box for each cell: YOLOX, whose boxes are still to be decoded, unless the file says that
   * another tool has written it. YOLOv6 has another name for its output ("outputs").
   */
  private static ExportLayout withObjectness(
      ExportTask task, TensorSpec output, ExportMetadata metadata, Grids grids) {
    boolean yolox =
        task == ExportTask.DETECT
            && grids.boxesPerCell(output.side(1)) == 1
            && !metadata.hasStride()
            && !output.name().equals("outputs");
    return new ExportLayout(yolox ? YOLOX : "yolov5", new PostProcessing("nms", false));
  }

  private static boolean mayHaveObjectness(ExportTask task) {
    return task == ExportTask.DETECT || task == ExportTask.SEGMENT;
  }

  boolean isYolox() {
    return architecture.equals(YOLOX);
  }

  private static boolean fits(long side, int expected) {
    return side < 0 || side == expected;
  }

  /** Packages of YOLOv10 do not say that there is nothing left to suppress: it never is there. */
  private static ExportLayout finished(ExportMetadata metadata) {
    return switch (metadata.family()) {
      case 10 -> new ExportLayout("yolov10", new PostProcessing("nms", false));
      case 26 -> new ExportLayout("yolo26", new PostProcessing("nms", true));
      default -> new ExportLayout(YOLO_V8, new PostProcessing("nms", true));
    };
  }

  private static String plainFamily(ExportMetadata metadata) {
    return switch (metadata.family()) {
      case 9 -> "yolov9";
      case 11 -> "yolov11";
      case 12 -> "yolov12";
      default -> YOLO_V8;
    };
  }

  private static int maskCoefficients(List<TensorSpec> outputs) throws PackageException {
    boolean prototypes = outputs.size() == 2 && outputs.get(1).rank() == 4;
    if (!prototypes || outputs.get(1).side(1) < 1) {
      throw new PackageException(
          "task 'segment' needs a second output of mask prototypes, [batch, coefficients, height,"
              + " width], not %s: export the whole network".formatted(outputs));
    }
    return (int) outputs.get(1).side(1);
  }

  private static int keypointNumbers(ExportMetadata metadata) throws PackageException {
    List<Integer> shape = metadata.keypointShape();
    if (shape.size() != 2 || shape.get(0) < 1) {
      throw new PackageException(
          "task 'pose' needs the metadata 'kpt_shape', for example [17, 3]: export it again, or add"
              + " that entry");
    }
    if (shape.get(1) != COORDINATES && shape.get(1) != COORDINATES_WITH_VISIBILITY) {
      throw new PackageException(
          "its metadata 'kpt_shape' is %s, and key-points have 2 numbers or 3: correct that entry"
              .formatted(shape));
    }
    if (shape.get(0) > MOST_KEYPOINTS) {
      throw new PackageException(
          "its metadata 'kpt_shape' has %d key-points, the limit is %d: correct that entry"
              .formatted(shape.get(0), MOST_KEYPOINTS));
    }
    return shape.get(0) * shape.get(1);
  }

  private static ExportLayout scores(int classes, List<TensorSpec> outputs)
      throws PackageException {
    TensorSpec first = outputs.get(0);
    if (first.rank() != 2 || !fits(first.side(1), classes)) {
      throw unknown(ExportTask.CLASSIFY, classes, first, "[batch, %d]".formatted(classes));
    }
    return new ExportLayout(YOLO_V8, new PostProcessing("softmax", true));
  }

  /** Class ids of each pixel, or the scores of each class for each pixel. */
  private static ExportLayout classMap(int classes, List<TensorSpec> outputs)
      throws PackageException {
    TensorSpec first = outputs.get(0);
    if (first.rank() == 3) {
      return new ExportLayout("yolo26", new PostProcessing("argmax", true));
    }
    if (first.rank() == 4 && fits(first.side(1), classes)) {
      return new ExportLayout("yolo26", new PostProcessing("softmax", false));
    }
    throw unknown(
        ExportTask.SEMANTIC,
        classes,
        first,
        "[batch, height, width] of class ids or [batch, %d, height, width]".formatted(classes));
  }

  private static PackageException unknown(
      ExportTask task, int classes, TensorSpec output, String expected) {
    return new PackageException(
        "its output %s is in no layout known for task '%s' with %d class names, which are %s: check"
                .formatted(output, task.toolName(), classes, expected)
            + " the class names, or export it with the options of docs/models.md");
  }
}
