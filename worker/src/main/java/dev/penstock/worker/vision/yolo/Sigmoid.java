package dev.penstock.worker.vision.yolo;

/** The logistic function in single precision, step by step as torch computes it. */
final class Sigmoid {
  private Sigmoid() {}

  static float of(float logit) {
    return 1 / (1 + (float) Math.exp(-logit));
  }
}
