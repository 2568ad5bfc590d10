package dev.penstock.worker.vision.family;

import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.classify.Classifiers;
import dev.penstock.worker.vision.detector.Detectors;
import dev.penstock.worker.vision.rfdetr.RfDetrDetection;
import dev.penstock.worker.vision.rfdetr.RfDetrSegmentation;
import dev.penstock.worker.vision.rfdetr.RfDetrSemantic;
import dev.penstock.worker.vision.semantic.SemanticSegmentation;
import dev.penstock.worker.vision.yolo.YoloFamilies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All families this version knows: one more is a class and a line of the table. */
public final class ModelFamilies {
  private static final String DETECTION = "object-detection";
  private static final String SEGMENTATION = "instance-segmentation";
  private static final String KEYPOINTS = "keypoint-detection";
  private static final String SEMANTIC = "semantic-segmentation";
  private static final String LABEL = "classification";
  private static final String LABELS = "multi-label-classification";

  private static final List<Line> TABLE =
      List.of(
          new Line(DETECTION, YoloFamilies::v8Detection, "yolov8", "yolov9", "yolov11", "yolov12"),
          new Line(DETECTION, YoloFamilies::v5Detection, "yolov5"),
          new Line(DETECTION, YoloFamilies::yoloxDetection, "yolox"),
          new Line(DETECTION, YoloFamilies::v10Detection, "yolov10"),
          new Line(DETECTION, YoloFamilies::yolo26Detection, "yolo26"),
          new Line(DETECTION, YoloFamilies::yoloNasDetection, "yolonas"),
          new Line(DETECTION, YoloFamilies::yoloLiteDetection, "yololite"),
          new Line(SEGMENTATION, YoloFamilies::v8Segmentation, "yolov8", "yolov11", "yolov12"),
          new Line(SEGMENTATION, YoloFamilies::v5Segmentation, "yolov5"),
          new Line(SEGMENTATION, YoloFamilies::v7Segmentation, "yolov7"),
          new Line(SEGMENTATION, YoloFamilies::yolo26Segmentation, "yolo26"),
          new Line(DETECTION, ModelFamilies::yolov7, "yolov7"),
          new Line(DETECTION, YoloFamilies::orientedDetection, "yolo-obb"),
          new Line(DETECTION, Detectors::rtDetr, "rtdetr"),
          new Line(DETECTION, Detectors::finished, "dfine"),
          new Line(DETECTION, Detectors::queries, "detr"),
          new Line(SEGMENTATION, RfDetrSegmentation::new, "detr"),
          new Line(DETECTION, Detectors::torchvision, "torchvision"),
          new Line(DETECTION, Detectors::mmdet, "mmdet"),
          new Line(DETECTION, YoloFamilies::picoDetDetection, "picodet"),
          new Line(KEYPOINTS, YoloFamilies::v8Keypoints, "yolov8", "yolov11", "yolov12"),
          new Line(KEYPOINTS, YoloFamilies::bareKeypoints, "yolo-xy"),
          new Line(KEYPOINTS, YoloFamilies::yolo26Keypoints, "yolo26"),
          new Line(DETECTION, RfDetrDetection::new, "rfdetr"),
          new Line(SEGMENTATION, RfDetrSegmentation::new, "rfdetr"),
          new Line(SEMANTIC, RfDetrSemantic::new, "rfdetr"),
          new Line(SEMANTIC, SemanticSegmentation::deepLab, "deep-lab-v3-plus"),
          new Line(SEMANTIC, SemanticSegmentation::yolo26, "yolo26"),
          new Line(LABEL, Classifiers::yolo, "yolov8", "yolov11", "yolo26"),
          new Line(SEMANTIC, SemanticSegmentation::planesLast, "planes-last"),
          new Line(LABEL, Classifiers::singleLabel, "vit", "resnet"),
          new Line(LABEL, Classifiers::foreign, "classifier"),
          new Line(LABELS, Classifiers::multiLabel, "vit", "resnet", "classifier"));

  private ModelFamilies() {}

  /** Architectures of one task whose outputs have one layout. */
  private record Line(
      String task, Function<ModelDescription, ModelFamily> family, List<String> architectures) {
    Line(String task, Function<ModelDescription, ModelFamily> family, String... architectures) {
      this(task, family, List.of(architectures));
    }

    boolean fits(ModelDescription model) {
      return architectures.contains(model.architecture()) && task.equals(model.taskType());
    }
  }

  /**
   * The family of a model.
   *
   * @throws UnsupportedModelException naming what this version does not know
   */
  public static ModelFamily of(ModelDescription model) throws UnsupportedModelException {
    for (Line line : TABLE) {
      if (line.fits(model)) {
        ModelFamily family = line.family().apply(model);
        return model.outputs().isEmpty() ? family : new ReorderedOutputs(family, model.outputs());
      }
    }
    throw new UnsupportedModelException(
        "architecture '%s' with task '%s' is not supported by this version; it serves %s"
            .formatted(model.architecture(), model.taskType(), served()));
  }

  private static ModelFamily yolov7(ModelDescription model) {
    return model.postProcessing().fused()
        ? Detectors.numberedRows(model)
        : YoloFamilies.v7Detection(model);
  }

  private static String served() {
    var byTask = new LinkedHashMap<String, List<String>>();
    for (Line line : TABLE) {
      byTask.computeIfAbsent(line.task(), task -> new ArrayList<>()).addAll(line.architectures());
    }
    return byTask.entrySet().stream()
        .map(entry -> entry.getKey() + " of " + String.join(", ", entry.getValue()))
        .collect(Collectors.joining("; "));
  }
}
