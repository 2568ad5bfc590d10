package dev.penstock.router.api.parameters;

import java.util.Locale;

/** A task that has a JSON endpoint of its own, which reads the fields that the task has. */
public enum InferenceTask {
  OBJECT_DETECTION,
  INSTANCE_SEGMENTATION,
  KEYPOINTS_DETECTION,
  CLASSIFICATION,
  SEMANTIC_SEGMENTATION;

  /** Where its requests are sent, for example {@code /infer/object_detection}. */
  public String path() {
    return "/infer/" + name().toLowerCase(Locale.ROOT);
  }
}
