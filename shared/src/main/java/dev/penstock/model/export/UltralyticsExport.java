package dev.penstock.model.export;

import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.TensorSpec;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Exports of Ultralytics, which say what they are, and of the YOLO repositories before it, which
 * are told by their shapes.
 */
final class UltralyticsExport {
  /** {@code [batch, anchors, height, width, numbers]}: what a concatenation was made of. */
  private static final int RAW_HEAD = 5;

  private UltralyticsExport() {}

  /** Whether the shapes are those of boxes, or of boxes and prototypes of masks. */
  static boolean isToldBy(List<TensorSpec> outputs) {
    List<TensorSpec> read = ordered(outputs).stream().map(outputs::get).toList();
    boolean knowsAll =
        outputs.stream().allMatch(output -> output.rank() >= 3 && output.rank() <= RAW_HEAD);
    return knowsAll
        && !read.isEmpty()
        && read.get(0).rank() == 3
        && !isWhole(read.get(0))
        && (read.size() == 1 || (read.size() == 2 && read.get(1).rank() == 4));
  }

  private static boolean isWhole(TensorSpec output) {
    return output.type().startsWith("int");
  }

  /**
   * Boxes first, then prototypes of masks; raw heads beside their concatenation are left out. Those
   * of old exports of YOLOv5 come behind it.
   */
  private static List<Integer> ordered(List<TensorSpec> outputs) {
    return Stream.of(3, 4)
        .flatMap(
            rank ->
                IntStream.range(0, outputs.size())
                    .filter(i -> outputs.get(i).rank() == rank)
                    .boxed())
        .toList();
  }

  private static boolean hasRawHeads(List<TensorSpec> outputs) {
    return outputs.stream().anyMatch(output -> output.rank() == RAW_HEAD);
  }

  /**
   * @throws PackageException when the outputs are in no known layout for the task
   */
  static Reading read(
      ExportTask task,
      List<String> names,
      ExportMetadata metadata,
      List<TensorSpec> outputs,
      Grids grids)
      throws PackageException {
    boolean boxes = task != ExportTask.CLASSIFY && task != ExportTask.SEMANTIC;
    boolean reordered = boxes && (hasRawHeads(outputs) || outputs.get(0).rank() != 3);
    List<Integer> order = reordered ? ordered(outputs) : List.of();
    List<TensorSpec> read = order.isEmpty() ? outputs : order.stream().map(outputs::get).toList();
    ExportLayout layout = ExportLayout.of(task, names.size(), metadata, read, grids);
    return Reading.of(
        task,
        layout.architecture(),
        layout.postProcessing(),
        order,
        layout.isYolox() ? Preparation.YOLOX : preparation(task, metadata),
        names);
  }

  private static Preparation preparation(ExportTask task, ExportMetadata metadata) {
    if (metadata.isRtDetr()) {
      return Preparation.STRETCH;
    }
    return task == ExportTask.CLASSIFY ? Preparation.SHORTER_EDGE : Preparation.LETTERBOX;
  }
}
