package dev.penstock.worker.vision.mask;

/**
 * Which values of one axis make up each value of the scaled axis, and with which weights: bilinear
 * with antialiasing, as {@code torch.nn.functional.interpolate} has it. Its mixture of single and
 * double precision is kept.
 */
final class AxisWeights {
  private final int[] first;
  private final int[] count;
  private final float[][] weights;

  AxisWeights(int inputSize, int outputSize) {
    float scale = (float) inputSize / outputSize;
    float support = scale >= 1 ? scale : 1;
    float inverse = scale >= 1 ? (float) (1.0 / scale) : 1;
    first = new int[outputSize];
    count = new int[outputSize];
    weights = new float[outputSize][];
    for (int i = 0; i < outputSize; i++) {
      float center = (float) (scale * (i + 0.5));
      first[i] = Math.max((int) (center - support + 0.5), 0);
      count[i] = Math.max(0, Math.min((int) (center + support + 0.5), inputSize) - first[i]);
      weights[i] = normalized(first[i], count[i], center, inverse);
    }
  }

  private static float[] normalized(int first, int count, float center, float inverse) {
    float[] weights = new float[count];
    float total = 0;
    for (int j = 0; j < count; j++) {
      float distance = (float) (((float) (j + first) - center + 0.5) * inverse);
      weights[j] = Math.abs(distance) < 1 ? (float) (1.0 - Math.abs(distance)) : 0;
      total += weights[j];
    }
    for (int j = 0; j < count && total != 0; j++) {
      weights[j] /= total;
    }
    return weights;
  }

  int outputSize() {
    return first.length;
  }

  /** First value that goes into that output value. */
  int first(int output) {
    return first[output];
  }

  /** Weights of the values from {@link #first} on. */
  float[] weights(int output) {
    return weights[output];
  }

  /** The first output value that a value from {@code input} on goes into. */
  int outputFrom(int input) {
    int output = 0;
    while (output < first.length && first[output] + count[output] <= input) {
      output++;
    }
    return output;
  }

  /** The first output value that only values from {@code input} on go into. */
  int outputBeyond(int input) {
    int output = first.length;
    while (output > 0 && first[output - 1] >= input) {
      output--;
    }
    return output;
  }
}
