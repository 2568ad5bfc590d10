package dev.penstock.worker.vision.yolo;

import org.jspecify.annotations.Nullable;

/**
 * Whether the boxes and scores that were read from a network's outputs can be boxes and scores. A
 * few odd ones are normal among candidates that nobody would keep; a guess that is wrong makes most
 * of them odd. Counts one picture's rows; not thread-safe.
 */
final class Plausibility {
  private static final double MANY = 0.2;

  /** Where fewer candidates lie, they may lie in a corner by chance. */
  private static final int ENOUGH = 20;

  private static final float SCORE_SLACK = 0.01f;

  private final int width;
  private final int height;
  private int boxes;
  private int scores;
  private int classes;
  private int noNumbers;
  private int turnedOver;
  private int outside;
  private int noScores;
  private int noClasses;
  private float rightmost;
  private float lowest;

  /**
   * @param width of the input in pixels
   * @param height of the input in pixels
   */
  Plausibility(int width, int height) {
    this.width = width;
    this.height = height;
  }

  void centred(float x, float y, float boxWidth, float boxHeight) {
    box(x, y, boxWidth, boxHeight);
  }

  void corners(float left, float top, float right, float bottom) {
    box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top);
  }

  private void box(float x, float y, float boxWidth, float boxHeight) {
    boxes++;
    if (!Float.isFinite(x + y + boxWidth + boxHeight)) {
      noNumbers++;
      return;
    }
    rightmost = Math.max(rightmost, x + boxWidth / 2);
    lowest = Math.max(lowest, y + boxHeight / 2);
    turnedOver += boxWidth < 0 || boxHeight < 0 ? 1 : 0;
    outside += x < -width || x > 2 * width || y < -height || y > 2 * height ? 1 : 0;
  }

  void score(float score) {
    scores++;
    noScores += score >= -SCORE_SLACK && score <= 1 + SCORE_SLACK ? 0 : 1;
  }

  void classId(float id) {
    classes++;
    noClasses += id >= 0 && id == Math.rint(id) ? 0 : 1;
  }

  /**
   * What speaks against it most.
   *
   * @param spread whether the boxes are to cover the whole input, as those of all cells do
   */
  @Nullable String doubt(boolean spread) {
    if (noNumbers > MANY * boxes) {
      return "%d of %d boxes for the warm-up picture are no numbers".formatted(noNumbers, boxes);
    }
    if (turnedOver > MANY * boxes) {
      return "%d of %d boxes for the warm-up picture have a negative width or height"
          .formatted(turnedOver, boxes);
    }
    if (outside > MANY * boxes) {
      return "%d of %d boxes for the warm-up picture lie far outside of it"
          .formatted(outside, boxes);
    }
    if (noClasses > MANY * classes) {
      return "%d of %d numbers of classes for the warm-up picture are none"
          .formatted(noClasses, classes);
    }
    if (noScores > MANY * scores) {
      return "%d of %d scores for the warm-up picture are not between 0 and 1"
          .formatted(noScores, scores);
    }
    boolean tiny = spread ? isInCorner(0.125f) : isInCorner(2f / Math.max(width, height));
    if (boxes >= (spread ? ENOUGH : 1) && tiny) {
      return "all %d boxes for the warm-up picture lie in its upper left corner, as shares of its"
              .formatted(boxes)
          + " sides or offsets within a grid do";
    }
    return null;
  }

  private boolean isInCorner(float share) {
    return rightmost <= share * width && lowest <= share * height;
  }
}
