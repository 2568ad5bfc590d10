package dev.penstock.worker.vision.yolo;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.Arithmetic;
import dev.penstock.worker.vision.ModelFamily;

/**
 * The families of YOLO networks: each pairs a task with the layout of the architecture's outputs
 * and the thresholds that hold where a request has none.
 */
public final class YoloFamilies {
  private static final double CONFIDENCE = 0.4;
  private static final double LOWER_CONFIDENCE = 0.25;
  private static final double KEYPOINT_CONFIDENCE = 0.3;
  private static final int MASKS = YoloSegmentation.EXTRAS;

  private YoloFamilies() {}

  /** YOLOv8, 9, 11 and 12, with suppression inside or not. */
  public static ModelFamily v8Detection(ModelDescription model) {
    return new YoloDetection(model, YoloV8Layout.of(model, 0), CONFIDENCE);
  }

  public static ModelFamily v5Detection(ModelDescription model) {
    CandidateLayout layout =
        isOfTool(model) ? ObjectnessLayout.ofTool(model, 0) : ObjectnessLayout.detection(model);
    return new YoloDetection(model, layout, CONFIDENCE);
  }

  /**
   * YOLOv7 without suppression inside; the reference has none that its answers could be those of.
   */
  public static ModelFamily v7Detection(ModelDescription model) {
    return new YoloDetection(model, ObjectnessLayout.ofTool(model, 0), CONFIDENCE);
  }

  private static boolean isOfTool(ModelDescription model) {
    return model.arithmetic() == Arithmetic.TOOL;
  }

  public static ModelFamily yoloxDetection(ModelDescription model) {
    return new YoloDetection(model, new YoloxLayout(model), CONFIDENCE);
  }

  public static ModelFamily v10Detection(ModelDescription model) {
    return new YoloDetection(model, either(EndToEndLayout.limited(), model, 0), CONFIDENCE);
  }

  public static ModelFamily yolo26Detection(ModelDescription model) {
    return new YoloDetection(model, endToEnd(model, 0), LOWER_CONFIDENCE);
  }

  /** Turned boxes, with suppression inside or not. */
  public static ModelFamily orientedDetection(ModelDescription model) {
    return new YoloOriented(model, CONFIDENCE);
  }

  public static ModelFamily picoDetDetection(ModelDescription model) {
    return new YoloDetection(model, new PicoDetLayout(model), CONFIDENCE);
  }

  public static ModelFamily yoloNasDetection(ModelDescription model) {
    return new YoloDetection(model, CornerLayout.yoloNas(model), CONFIDENCE);
  }

  public static ModelFamily yoloLiteDetection(ModelDescription model) {
    return new YoloDetection(model, CornerLayout.yoloLite(model), LOWER_CONFIDENCE);
  }

  /** YOLOv8, 11 and 12, with suppression inside or not. */
  public static ModelFamily v8Segmentation(ModelDescription model) {
    return new YoloSegmentation(model, YoloV8Layout.of(model, MASKS), CONFIDENCE, 1, true);
  }

  public static ModelFamily v5Segmentation(ModelDescription model) {
    CandidateLayout layout =
        isOfTool(model)
            ? ObjectnessLayout.ofTool(model, MASKS)
            : ObjectnessLayout.segmentation(model, MASKS);
    return new YoloSegmentation(model, layout, CONFIDENCE, 1, false);
  }

  /** Three raw heads lie between the candidates and the prototypes. */
  public static ModelFamily v7Segmentation(ModelDescription model) {
    return new YoloSegmentation(
        model, ObjectnessLayout.bestScore(model, MASKS), CONFIDENCE, 4, false);
  }

  public static ModelFamily yolo26Segmentation(ModelDescription model) {
    return new YoloSegmentation(model, endToEnd(model, MASKS), LOWER_CONFIDENCE, 1, false);
  }

  /** YOLOv8, 11 and 12, with suppression inside or not. */
  public static ModelFamily v8Keypoints(ModelDescription model) {
    CandidateLayout layout = YoloV8Layout.of(model, YoloKeypoints.extras(model));
    return new YoloKeypoints(model, layout, CONFIDENCE, 0);
  }

  /** Key-points of two numbers, with suppression inside or not. */
  public static ModelFamily bareKeypoints(ModelDescription model) {
    int numbers = YoloKeypoints.BARE_NUMBERS;
    CandidateLayout layout = YoloV8Layout.of(model, YoloKeypoints.extras(model, numbers));
    return new YoloKeypoints(model, layout, CONFIDENCE, 0, numbers);
  }

  public static ModelFamily yolo26Keypoints(ModelDescription model) {
    CandidateLayout layout = endToEnd(model, YoloKeypoints.extras(model));
    return new YoloKeypoints(model, layout, LOWER_CONFIDENCE, KEYPOINT_CONFIDENCE);
  }

  private static CandidateLayout endToEnd(ModelDescription model, int extras) {
    return either(EndToEndLayout.keepingAll(extras), model, extras);
  }

  /** These suppress by themselves unless they were exported without it. */
  private static CandidateLayout either(
      CandidateLayout endToEnd, ModelDescription model, int extras) {
    return new EitherLayout(endToEnd, YoloV8Layout.plain(model, extras));
  }
}
