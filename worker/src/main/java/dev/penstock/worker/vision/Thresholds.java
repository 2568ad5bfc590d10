package dev.penstock.worker.vision;

import dev.penstock.job.Confidence;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.RecommendedThresholds;
import java.util.List;

/** The confidence each class has to exceed, in the single precision of the scores. */
final class Thresholds {
  private final float[] byClass;
  private final float lowest;

  private Thresholds(float[] byClass) {
    this.byClass = byClass;
    float smallest = Float.POSITIVE_INFINITY;
    for (float threshold : byClass) {
      smallest = Math.min(smallest, threshold);
    }
    this.lowest = smallest;
  }

  /**
   * @param standard the default of the model's architecture
   */
  static Thresholds of(Confidence confidence, ModelDescription model, float standard) {
    List<String> names = model.classNames();
    RecommendedThresholds recommended = model.thresholds();
    float[] byClass = new float[names.size()];
    for (int classId = 0; classId < byClass.length; classId++) {
      byClass[classId] =
          switch (confidence.mode()) {
            case VALUE -> (float) confidence.value();
            case DEFAULT -> standard;
            case BEST -> best(recommended, names.get(classId), standard);
          };
    }
    return new Thresholds(byClass);
  }

  private static float best(RecommendedThresholds recommended, String name, float standard) {
    Double forAll = recommended.confidence();
    double otherwise = forAll == null ? standard : forAll;
    return recommended.perClass().getOrDefault(name, otherwise).floatValue();
  }

  float of(int classId) {
    return byClass[classId];
  }

  /** No class has a lower one. */
  float lowest() {
    return lowest;
  }
}
