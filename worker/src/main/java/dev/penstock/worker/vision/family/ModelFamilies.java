package dev.penstock.worker.vision.family;

import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.yolo.CandidateLayout;
import dev.penstock.worker.vision.yolo.CornerLayout;
import dev.penstock.worker.vision.yolo.EitherLayout;
import dev.penstock.worker.vision.yolo.EndToEndLayout;
import dev.penstock.worker.vision.yolo.ObjectnessLayout;
import dev.penstock.worker.vision.yolo.YoloDetection;
import dev.penstock.worker.vision.yolo.YoloKeypoints;
import dev.penstock.worker.vision.yolo.YoloSegmentation;
import dev.penstock.worker.vision.yolo.YoloV8Layout;
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

  private static final double CONFIDENCE = 0.4;
  private static final double LOWER_CONFIDENCE = 0.25;
  private static final int MASKS = YoloSegmentation.EXTRAS;

  private static final List<Line> TABLE =
      List.of(
          new Line(
              DETECTION,
              model -> new YoloDetection(model, YoloV8Layout.of(model, 0), CONFIDENCE),
              "yolov8",
              "yolov9",
              "yolov11",
              "yolov12"),
          new Line(
              DETECTION,
              model -> new YoloDetection(model, ObjectnessLayout.detection(model), CONFIDENCE),
              "yolov5"),
          new Line(
              DETECTION,
              model ->
                  new YoloDetection(model, either(EndToEndLayout.limited(), model, 0), CONFIDENCE),
              "yolov10"),
          new Line(
              DETECTION,
              model ->
                  new YoloDetection(
                      model, either(EndToEndLayout.keepingAll(0), model, 0), LOWER_CONFIDENCE),
              "yolo26"),
          new Line(
              DETECTION,
              model -> new YoloDetection(model, CornerLayout.yoloNas(model), CONFIDENCE),
              "yolonas"),
          new Line(
              DETECTION,
              model -> new YoloDetection(model, CornerLayout.yoloLite(model), LOWER_CONFIDENCE),
              "yololite"),
          new Line(
              SEGMENTATION,
              model ->
                  new YoloSegmentation(
                      model, YoloV8Layout.of(model, MASKS), CONFIDENCE, 1, /* smooth= */ true),
              "yolov8",
              "yolov11",
              "yolov12"),
          new Line(
              SEGMENTATION,
              model ->
                  new YoloSegmentation(
                      model, ObjectnessLayout.segmentation(model, MASKS), CONFIDENCE, 1, false),
              "yolov5"),
          new Line(
              SEGMENTATION,
              model ->
                  new YoloSegmentation(
                      model, ObjectnessLayout.bestScore(model, MASKS), CONFIDENCE, 4, false),
              "yolov7"),
          new Line(
              SEGMENTATION,
              model ->
                  new YoloSegmentation(
                      model,
                      either(EndToEndLayout.keepingAll(MASKS), model, MASKS),
                      LOWER_CONFIDENCE,
                      1,
                      false),
              "yolo26"),
          new Line(
              KEYPOINTS,
              model ->
                  new YoloKeypoints(
                      model, YoloV8Layout.of(model, YoloKeypoints.extras(model)), CONFIDENCE, 0),
              "yolov8",
              "yolov11",
              "yolov12"),
          new Line(
              KEYPOINTS,
              model ->
                  new YoloKeypoints(
                      model,
                      either(
                          EndToEndLayout.keepingAll(YoloKeypoints.extras(model)),
                          model,
                          YoloKeypoints.extras(model)),
                      LOWER_CONFIDENCE,
                      0.3),
              "yolo26"));

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

  /** These suppress by themselves unless they were exported without it. */
  private static CandidateLayout either(
      CandidateLayout endToEnd, ModelDescription model, int extras) {
    return new EitherLayout(endToEnd, YoloV8Layout.plain(model, extras));
  }

  /**
   * The family of a model.
   *
   * @throws UnsupportedModelException naming what this version does not know
   */
  public static ModelFamily of(ModelDescription model) throws UnsupportedModelException {
    for (Line line : TABLE) {
      if (line.fits(model)) {
        return line.family().apply(model);
      }
    }
    throw new UnsupportedModelException(
        "architecture '%s' with task '%s' is not supported by this version; it serves %s"
            .formatted(model.architecture(), model.taskType(), served()));
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
