package dev.penstock.model.export;

import dev.penstock.model.PackageException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The tasks of export tools that the hosted API knows, under both names. */
enum ExportTask {
  DETECT("detect", "object-detection"),
  SEGMENT("segment", "instance-segmentation"),
  POSE("pose", "keypoint-detection"),
  CLASSIFY("classify", "classification"),
  CLASSIFY_MANY("classify-many", "multi-label-classification"),
  SEMANTIC("semantic", "semantic-segmentation"),
  OBB("obb", "object-detection");

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
   * @param task under one of the names
   * @throws PackageException when it is none of these
   */
  static ExportTask of(String task) throws PackageException {
    for (ExportTask known : values()) {
      if (known.toolName.equals(task) || known.apiName.equals(task)) {
        return known;
      }
    }
    throw new PackageException(
        "task '%s' is none that the API can answer; it knows %s: train and export the model for one of"
                .formatted(
                    task,
                    Arrays.stream(values())
                        .filter(t -> t != CLASSIFY_MANY)
                        .map(t -> t.toolName)
                        .collect(Collectors.joining(", ")))
            + " these");
  }
}
