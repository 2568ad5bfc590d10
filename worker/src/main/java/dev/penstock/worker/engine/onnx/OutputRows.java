package dev.penstock.worker.engine.onnx;

import dev.penstock.worker.vision.ModelFamily.Rows;
import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;

/** Gives outputs the batch dimension that some networks leave out. */
record OutputRows(Rows kind) {
  /** As many detections as tools keep of a picture. */
  private static final int STEP = 300;

  /** Whether shapes of the file say how large outputs are. */
  boolean areFixed() {
    return kind == Rows.BY_PICTURE;
  }

  /** A shape of the file with the batch dimension. */
  long[] byPicture(long[] shape) {
    if (kind == Rows.BY_PICTURE) {
      return shape;
    }
    long[] changed = new long[shape.length + 1];
    System.arraycopy(shape, 0, changed, 1, shape.length);
    changed[0] = kind == Rows.OF_ONE_PICTURE ? 1 : -1;
    return changed;
  }

  /**
   * An output of a pass with the batch dimension. Where rows are numbered, pictures with fewer of
   * them get rows of zeros.
   */
  Tensor byPicture(Tensor output, int pictures) {
    return switch (kind) {
      case BY_PICTURE -> output;
      case OF_ONE_PICTURE -> new Tensor(output.values(), withFirst(1, output.shape()));
      case NUMBERED -> grouped(output, pictures);
    };
  }

  private static int[] withFirst(int first, int[] shape) {
    int[] changed = new int[shape.length + 1];
    changed[0] = first;
    System.arraycopy(shape, 0, changed, 1, shape.length);
    return changed;
  }

  /**
   * A picture's rows are the same whichever pictures run with it: their numbers become 0, and how
   * many there are is rounded up.
   */
  private static Tensor grouped(Tensor output, int pictures) {
    int rows = output.shape()[0];
    int columns = output.shape()[1];
    FloatBuffer values = output.values();
    int[] counts = new int[pictures];
    int most = 1;
    for (int row = 0; row < rows; row++) {
      int picture = pictureOf(values, row * columns, pictures);
      if (picture >= 0) {
        most = Math.max(most, ++counts[picture]);
      }
    }
    most = (most + STEP - 1) / STEP * STEP;
    FloatBuffer grouped = FloatBuffer.allocate(pictures * most * columns);
    int[] next = new int[pictures];
    for (int row = 0; row < rows; row++) {
      int picture = pictureOf(values, row * columns, pictures);
      if (picture >= 0) {
        int to = (picture * most + next[picture]++) * columns;
        grouped.put(to + 1, values, row * columns + 1, columns - 1);
      }
    }
    return new Tensor(grouped, new int[] {pictures, most, columns});
  }

  /** −1 when there is no such picture. */
  private static int pictureOf(FloatBuffer values, int at, int pictures) {
    float number = values.get(at);
    return number >= 0 && number < pictures ? (int) number : -1;
  }
}
