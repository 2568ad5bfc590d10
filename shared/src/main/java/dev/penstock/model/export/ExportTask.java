package dev.penstock.model.export;

import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The tasks of export tools that the hosted API knows, under both names. */
enum ExportTask {
  DETECT("detect", "object-detection"),
  SEGMENT("segment", "instance-segmentation"),
  POSE("pose", "keypoint-detection"),
  CLASSIFY("classify", "classification"),
  SEMANTIC("semantic", "semantic-segmentation");

  /** {@code [batch, anchors, height, width, 5 + classes]}. */
  private static final int RAW_MAP = 5;

  private final String toolName;
  private final String apiName;

  ExportTask(String toolName, String apiName) {
    this.toolName = toolName;
    this.apiName = apiName;
  }

  String toolName() {
    return toolName;
  }

  String apiName() {
    return apiName;
  }

  /**
   * @throws PackageException when the task is none of these, or cannot be told
   */
  static ExportTask of(ExportMetadata metadata, List<TensorSpec> outputs) throws PackageException {
    String task = metadata.task();
    if (task == null) {
      return fromOutputs(outputs);
    }
    for (ExportTask known : values()) {
      if (known.toolName.equals(task) || known.apiName.equals(task)) {
        return known;
      }
    }
    throw new PackageException(
        "task '%s' is none that the API can answer; it knows %s: train and export the model for one of"
                .formatted(
                    task,
                    Arrays.stream(values()).map(t -> t.toolName).collect(Collectors.joining(", ")))
            + " these");
  }

  /** Exports of the YOLOv5 repository name no task: they are told by their shapes. */
  private static ExportTask fromOutputs(List<TensorSpec> outputs) throws PackageException {
    if (outputs.get(0).rank() == RAW_MAP) {
      throw new PackageException(
          "its outputs %s are the raw maps of its heads, and the anchors that belong to them do not"
                  .formatted(outputs)
              + " stand in the file: export it with the grid (YOLOv7: --grid), so that it answers"
              + " [batch, candidates, 5 + classes]");
    }
    boolean boxes = outputs.get(0).rank() == 3;
    if (boxes && outputs.size() == 1) {
      return DETECT;
    }
    if (boxes && outputs.size() == 2 && outputs.get(1).rank() == 4) {
      return SEGMENT;
    }
    throw new PackageException(
        "it does not say what it does: its metadata has no 'task', and its outputs %s tell none."
                .formatted(outputs)
            + " Describe it with model_config.json, inference_config.json and class_names.txt beside"
            + " weights.onnx in <dataset>/<version>/");
  }
}
