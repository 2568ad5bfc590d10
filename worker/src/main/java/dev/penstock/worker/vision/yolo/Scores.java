package dev.penstock.worker.vision.yolo;

import java.nio.FloatBuffer;

/**
 * The best of some scores that lie side by side. As with torch's {@code max} the first of equal
 * ones wins, and one that is no number makes the best no number.
 *
 * @param score the highest
 * @param classId its position
 */
record Scores(float score, int classId) {
  static Scores best(FloatBuffer values, int from, int count) {
    float best = values.get(from);
    int classId = 0;
    for (int c = 1; c < count; c++) {
      float score = values.get(from + c);
      if (score > best || Float.isNaN(score)) {
        best = score;
        classId = c;
      }
    }
    return new Scores(best, classId);
  }
}
