package dev.penstock.worker.vision.yolo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Candidate boxes of one picture in pixels of the network's input, and the suppression of those
 * that overlap a better one. Follows torchvision's {@code batched_nms} in single precision: up to
 * 1,000 boxes the classes are kept apart by moving each one's boxes away from the others' (where
 * rounding, and coordinates below zero, make a difference), beyond that one by one.
 */
final class Boxes {
  /** torchvision counts 4,000 coordinates on a CPU. */
  private static final int MOVED_APART = 1000;

  private final boolean classAgnostic;
  private int size;
  private float[] left = new float[64];
  private float[] top = new float[64];
  private float[] right = new float[64];
  private float[] bottom = new float[64];
  private float[] score = new float[64];
  private int[] classId = new int[64];
  private int[] row = new int[64];

  /**
   * @param classAgnostic whether boxes of different classes suppress each other
   */
  Boxes(boolean classAgnostic) {
    this.classAgnostic = classAgnostic;
  }

  /** Adds a box by its centre; one that is not finite is left out. */
  void addCentred(float x, float y, float width, float height, float score, int classId, int row) {
    float halfWidth = width / 2;
    float halfHeight = height / 2;
    add(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, score, classId, row);
  }

  /** Adds a box by its corners; one that is not finite is left out. */
  void add(float left, float top, float right, float bottom, float score, int classId, int row) {
    if (!Float.isFinite(left + top + right + bottom)) {
      return;
    }
    if (size == this.left.length) {
      grow(2 * size);
    }
    this.left[size] = left;
    this.top[size] = top;
    this.right[size] = right;
    this.bottom[size] = bottom;
    this.row[size] = row;
    this.score[size] = score;
    this.classId[size] = classId;
    size++;
  }

  /** Those that {@link #suppress} keeps. */
  List<Candidate> best(double iouThreshold, int limit) {
    var kept = new ArrayList<Candidate>();
    for (int box : suppress(iouThreshold, limit)) {
      kept.add(
          new Candidate(
              left[box], top[box], right[box], bottom[box], score[box], classId[box], row[box]));
    }
    return kept;
  }

  /**
   * The boxes that no better one suppresses, highest score first, equal ones in the order they were
   * added.
   *
   * @param iouThreshold intersection over union above which the weaker box goes
   * @param limit most boxes to keep
   */
  int[] suppress(double iouThreshold, int limit) {
    boolean movedApart = !classAgnostic && size <= MOVED_APART;
    float shift = movedApart ? largestCoordinate() + 1 : 0;
    float[][] kept = new float[5][Math.max(0, Math.min(size, limit))];
    int[] keptBoxes = new int[kept[0].length];
    int count = 0;
    for (int box : byScore()) {
      if (count == keptBoxes.length) {
        break;
      }
      float offset = classId[box] * shift;
      float x1 = left[box] + offset;
      float y1 = top[box] + offset;
      float x2 = right[box] + offset;
      float y2 = bottom[box] + offset;
      float area = (x2 - x1) * (y2 - y1);
      boolean suppressed = false;
      for (int k = 0; k < count && !suppressed; k++) {
        if (classAgnostic || movedApart || classId[keptBoxes[k]] == classId[box]) {
          float width = Math.max(0, Math.min(x2, kept[2][k]) - Math.max(x1, kept[0][k]));
          float height = Math.max(0, Math.min(y2, kept[3][k]) - Math.max(y1, kept[1][k]));
          float both = width * height;
          suppressed = both / (kept[4][k] + area - both) > iouThreshold;
        }
      }
      if (!suppressed) {
        kept[0][count] = x1;
        kept[1][count] = y1;
        kept[2][count] = x2;
        kept[3][count] = y2;
        kept[4][count] = area;
        keptBoxes[count++] = box;
      }
    }
    return Arrays.copyOf(keptBoxes, count);
  }

  private float largestCoordinate() {
    float largest = Float.NEGATIVE_INFINITY;
    for (int box = 0; box < size; box++) {
      largest = Math.max(largest, Math.max(left[box], top[box]));
      largest = Math.max(largest, Math.max(right[box], bottom[box]));
    }
    return largest;
  }

  /** Positions by falling score, stable: one sort of primitive keys. */
  private int[] byScore() {
    long[] keys = new long[size];
    for (int box = 0; box < size; box++) {
      int bits = Float.floatToIntBits(score[box]);
      int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
      keys[box] = ((long) ~ascending << Integer.SIZE) | box;
    }
    Arrays.sort(keys);
    int[] order = new int[size];
    for (int box = 0; box < size; box++) {
      order[box] = (int) keys[box];
    }
    return order;
  }

  private void grow(int capacity) {
    left = Arrays.copyOf(left, capacity);
    top = Arrays.copyOf(top, capacity);
    right = Arrays.copyOf(right, capacity);
    bottom = Arrays.copyOf(bottom, capacity);
    score = Arrays.copyOf(score, capacity);
    classId = Arrays.copyOf(classId, capacity);
    row = Arrays.copyOf(row, capacity);
  }
}
