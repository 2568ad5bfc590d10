package dev.penstock.router.api.parameters;

import dev.penstock.job.Confidence;
import dev.penstock.job.Drawing;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.job.PreprocessStep;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON body that depend on its task. Numbers are taken as they are, without the
 * percentages of the legacy route.
 *
 * @param job what the model is asked
 * @param masks how fine masks are asked for
 */
record TaskFields(JobParameters job, MaskDecoding masks) {
  private static final Confidence CONFIDENCE = Confidence.of(JobParameters.DEFAULT_CONFIDENCE);

  static TaskFields read(InferenceTask task, Fields fields) {
    Set<PreprocessStep> disabled = DisabledSteps.read(fields);
    return switch (task) {
      case OBJECT_DETECTION, INSTANCE_SEGMENTATION, KEYPOINTS_DETECTION ->
          objects(task, fields, disabled);
      case CLASSIFICATION -> classification(fields, disabled);
      case SEMANTIC_SEGMENTATION -> semantic(fields, disabled);
    };
  }

  private static TaskFields objects(
      InferenceTask task, Fields fields, Set<PreprocessStep> disabled) {
    boolean classAgnosticNms = fields.truth("class_agnostic_nms", false);
    List<String> classFilter = fields.texts("class_filter");
    Confidence confidence =
        task == InferenceTask.KEYPOINTS_DETECTION
            ? fields.confidenceButBest("confidence", CONFIDENCE)
            : fields.confidence("confidence", CONFIDENCE);
    fields.truth("fix_batch_size", false);
    double iouThreshold = fields.number("iou_threshold", JobParameters.DEFAULT_IOU_THRESHOLD);
    int maxDetections = fields.count("max_detections", JobParameters.DEFAULT_MAX_DETECTIONS);
    fields.count("max_candidates", 0);
    Drawing drawing =
        DrawingFields.read(fields, "visualization_labels", "visualization_stroke_width");
    boolean visualize = fields.truth("visualize_predictions", false);
    acceptActiveLearning(fields);
    double keypointConfidence = 0;
    MaskDecoding masks = MaskDecoding.DEFAULT;
    MaskFormat maskFormat = MaskFormat.POLYGON;
    if (task == InferenceTask.KEYPOINTS_DETECTION) {
      keypointConfidence = fields.number("keypoint_confidence", 0);
    } else if (task == InferenceTask.INSTANCE_SEGMENTATION) {
      masks = MaskDecoding.read(fields);
      fields.truthUnlessNull("allow_reduced_mask_resolution", false);
      maskFormat = fields.maskFormat("response_mask_format");
      fields.truth("enforce_dense_masks_in_inference_models", false);
    } else {
      maskFormat = fields.withCorners(maskFormat);
    }
    return new TaskFields(
        new JobParameters(
            confidence,
            iouThreshold,
            maxDetections,
            classAgnosticNms,
            classFilter,
            keypointConfidence,
            maskFormat,
            disabled,
            visualize ? drawing : null),
        masks);
  }

  private static TaskFields classification(Fields fields, Set<PreprocessStep> disabled) {
    fields.truthUnlessNull("include_anomaly_map", false);
    Confidence confidence = fields.confidence("confidence", CONFIDENCE);
    int stroke = DrawingFields.stroke(fields, "visualization_stroke_width");
    boolean visualize = fields.truth("visualize_predictions", false);
    acceptActiveLearning(fields);
    return simple(confidence, disabled, visualize ? new Drawing(false, stroke) : null);
  }

  private static TaskFields semantic(Fields fields, Set<PreprocessStep> disabled) {
    Confidence confidence = fields.confidence("confidence", CONFIDENCE);
    // Arrays of numpy are asked for inside a process only; over HTTP masks are PNG either way.
    fields.oneOf("response_mask_format", List.of("base64_png", "numpy"), "base64_png");
    return simple(confidence, disabled, null);
  }

  private static TaskFields simple(
      Confidence confidence, Set<PreprocessStep> disabled, @Nullable Drawing drawing) {
    JobParameters defaults = JobParameters.DEFAULTS;
    return new TaskFields(
        new JobParameters(
            confidence,
            defaults.iouThreshold(),
            defaults.maxDetections(),
            defaults.classAgnosticNms(),
            defaults.classFilter(),
            defaults.keypointConfidence(),
            defaults.maskFormat(),
            disabled,
            drawing),
        MaskDecoding.DEFAULT);
  }

  /** There is no data set here that could learn. */
  private static void acceptActiveLearning(Fields fields) {
    fields.truth("disable_active_learning", false);
    fields.text("active_learning_target_dataset");
  }
}
