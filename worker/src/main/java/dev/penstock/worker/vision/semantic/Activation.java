package dev.penstock.worker.vision.semantic;

/** How the scores of a pixel become the confidence of its class. */
public enum Activation {
  /** The share of the class in all. */
  SOFTMAX {
    @Override
    float confidence(float[] scores) {
      float largest = scores[best(scores)];
      float sum = 0;
      for (float score : scores) {
        sum += (float) Math.exp(score - largest);
      }
      return 1 / sum;
    }
  },
  /** The score of the class by itself. */
  SIGMOID {
    @Override
    float confidence(float[] scores) {
      return 1 / (1 + (float) Math.exp(-scores[best(scores)]));
    }
  };

  /** Of the best score, not finite when one that matters is not. */
  abstract float confidence(float[] scores);

  /** Position of the highest score, the first of equal ones. */
  static int best(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }
}
