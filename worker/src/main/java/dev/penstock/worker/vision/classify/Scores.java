package dev.penstock.worker.vision.classify;

import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import java.util.Arrays;
import java.util.List;

/**
 * A classifier's output, {@code [classes]} whatever dimensions of 1 surround it, in single
 * precision.
 */
final class Scores {
  /** Of shares, also where they are floats of 16 bits. */
  private static final float ROUNDING = 0.01f;

  private Scores() {}

  static float[] of(Tensor output) {
    float[] scores = new float[output.values().remaining()];
    output.values().get(output.values().position(), scores);
    return scores;
  }

  /** Each score's share of all, with the largest taken out first so that nothing overflows. */
  static float[] softmax(float[] scores) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      largest = Math.max(largest, score);
    }
    float sum = 0;
    float[] shares = new float[scores.length];
    for (int i = 0; i < scores.length; i++) {
      shares[i] = (float) Math.exp(scores[i] - largest);
      sum += shares[i];
    }
    for (int i = 0; i < scores.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  /** Whether they are no logits any more: none is negative and together they are 1. */
  static boolean areShares(float[] scores) {
    float sum = 0;
    for (float score : scores) {
      if (!(score >= 0)) {
        return false;
      }
      sum += score;
    }
    return Math.abs(sum - 1) < ROUNDING;
  }

  static float sigmoid(float score) {
    return 1 / (1 + (float) Math.exp(-score));
  }

  /**
   * @throws UnsupportedModelException when there is not one score for each class
   */
  static void check(ModelDescription model, List<long[]> outputs) throws UnsupportedModelException {
    long scores = 1;
    for (int i = 1; i < outputs.get(0).length; i++) {
      scores *= outputs.get(0)[i];
    }
    if (scores > 0 && scores != model.classNames().size()) {
      throw new UnsupportedModelException(
          "the network answers %s but a classifier with %d class names should answer [batch, %d];"
                  .formatted(
                      Arrays.toString(outputs.get(0)),
                      model.classNames().size(),
                      model.classNames().size())
              + " check class_names.txt");
    }
  }
}
