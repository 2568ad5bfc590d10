package dev.penstock.worker.vision.yolo;

import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.mask.MaskGrid;

/** A picture's mask prototypes {@code [prototypes, height, width]}. Not thread-safe. */
final class Prototypes {
  /** The reference takes this for the ratio of the grid to the input, whatever it really is. */
  private static final float GRID_SCALE = 0.25f;

  private final float[] values;
  private final int height;
  private final int width;
  private final boolean smooth;

  Prototypes(Tensor tensor, boolean smooth) {
    this.height = tensor.shape()[1];
    this.width = tensor.shape()[2];
    this.values = new float[tensor.shape()[0] * height * width];
    tensor.values().get(0, values);
    this.smooth = smooth;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /** A mask covers where its values are above. */
  float threshold() {
    return smooth ? 0.5f : 0;
  }

  /** The mask of one candidate on the grid of the prototypes; nothing outside its box. */
  MaskGrid combine(float[] coefficients, Candidate candidate) {
    int left = cell(candidate.left(), width);
    int top = cell(candidate.top(), height);
    int columns = Math.max(0, cell(candidate.right(), width) - left);
    int rows = Math.max(0, cell(candidate.bottom(), height) - top);
    MaskGrid mask = combine(coefficients, left, top, columns, rows);
    if (smooth) {
      float[] values = mask.values();
      for (int i = 0; i < values.length; i++) {
        values[i] = Sigmoid.of(values[i]);
      }
    }
    return mask;
  }

  /** The logits of a mask in some cells. */
  MaskGrid combine(float[] coefficients, int left, int top, int columns, int rows) {
    float[] sums = new float[rows * columns];
    for (int p = 0; p < coefficients.length; p++) {
      for (int y = 0; y < rows; y++) {
        int from = (p * height + top + y) * width + left;
        accumulate(coefficients[p], from, sums, y * columns, columns);
      }
    }
    return new MaskGrid(left, top, columns, rows, sums);
  }

  /** Multiplication and addition are rounded once, as in the matrix product of the reference. */
  private void accumulate(float coefficient, int from, float[] sums, int to, int count) {
    for (int i = 0; i < count; i++) {
      sums[to + i] = Math.fma(coefficient, values[from + i], sums[to + i]);
    }
  }

  private static int cell(float coordinate, int limit) {
    return (int) Math.max(0, Math.min(limit, Math.rint(coordinate * GRID_SCALE)));
  }
}
