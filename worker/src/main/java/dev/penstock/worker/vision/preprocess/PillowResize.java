package dev.penstock.worker.vision.preprocess;

import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Pillow's bilinear {@code Image.resize} of 8-bit pictures, bit for bit: its support grows with the
 * reduction, so that every pixel counts, and weights are whole numbers of 22 bits; first all rows,
 * then all columns, rounded after each. Of pictures more than a hundred times as high as wide the
 * columns come first, when that makes them shorter.
 */
final class PillowResize {
  private static final int PRECISION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (PRECISION_BITS - 1);
  private static final int CHANNELS = 3;

  /** How many times as high as wide a picture is whose height goes first. */
  private static final int TALL = 100;

  /** Between the two steps; 192 MiB. Only high pictures and wide inputs come near. */
  private static final long MOST_PIXELS = 1 << 26;

  private PillowResize() {}

  /**
   * The picture at another size.
   *
   * @param picture 8-bit with three channels
   * @return a new one of the same type; the caller closes it
   * @throws UnusableImageException when its rows of that width would not fit into memory
   */
  static Mat resize(Mat picture, int width, int height) throws UnusableImageException {
    if (picture.cols() == width) {
      return withHeight(picture, height);
    }
    if (picture.rows() > (long) TALL * picture.cols() && height < picture.rows()) {
      try (Mat low = withHeight(picture, height)) {
        return withWidth(low, width);
      }
    }
    if ((long) picture.rows() * width > MOST_PIXELS) {
      throw new UnusableImageException(
          "The image of %d x %d pixels is too high for the model, which looks at it %d pixels wide:"
                  .formatted(picture.cols(), picture.rows(), width)
              + " send a part of it.");
    }
    try (Mat wide = withWidth(picture, width)) {
      return withHeight(wide, height);
    }
  }

  private static Mat withWidth(Mat picture, int width) {
    Weights weights = Weights.of(picture.cols(), width);
    var resized = new Mat(picture.rows(), width, picture.type());
    byte[] from = new byte[picture.cols() * CHANNELS];
    byte[] to = new byte[width * CHANNELS];
    for (int y = 0; y < picture.rows(); y++) {
      read(picture, y, from);
      for (int x = 0; x < width; x++) {
        int[] parts = weights.parts()[x];
        int at = weights.first()[x] * CHANNELS;
        int first = HALF;
        int second = HALF;
        int third = HALF;
        for (int part : parts) {
          first += (from[at++] & 0xFF) * part;
          second += (from[at++] & 0xFF) * part;
          third += (from[at++] & 0xFF) * part;
        }
        to[x * CHANNELS] = pixel(first);
        to[x * CHANNELS + 1] = pixel(second);
        to[x * CHANNELS + 2] = pixel(third);
      }
      write(to, resized, y);
    }
    return resized;
  }

  private static Mat withHeight(Mat picture, int height) {
    if (picture.rows() == height) {
      return picture.clone();
    }
    Weights weights = Weights.of(picture.rows(), height);
    var resized = new Mat(height, picture.cols(), picture.type());
    byte[] row = new byte[picture.cols() * CHANNELS];
    int[] sums = new int[row.length];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      int from = weights.first()[y];
      for (int part : weights.parts()[y]) {
        read(picture, from++, row);
        for (int i = 0; i < row.length; i++) {
          sums[i] += (row[i] & 0xFF) * part;
        }
      }
      for (int i = 0; i < row.length; i++) {
        row[i] = pixel(sums[i]);
      }
      write(row, resized, y);
    }
    return resized;
  }

  private static byte pixel(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
  }

  private static void read(Mat picture, int y, byte[] row) {
    try (BytePointer pixels = picture.ptr(y)) {
      pixels.get(row);
    }
  }

  private static void write(byte[] row, Mat picture, int y) {
    try (BytePointer pixels = picture.ptr(y)) {
      pixels.put(row);
    }
  }

  /**
   * What each pixel of the result consists of.
   *
   * @param first the first pixel of the source that counts
   * @param parts the weights from that one on, 2²² in all
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Weights(int[] first, int[][] parts) {
    static Weights of(int from, int to) {
      double scale = (double) from / to;
      double support = Math.max(1, scale);
      double perPixel = 1 / support;
      int[] first = new int[to];
      int[][] parts = new int[to][];
      for (int i = 0; i < to; i++) {
        double centre = (i + 0.5) * scale;
        first[i] = Math.max(0, (int) (centre - support + 0.5));
        double[] weights = new double[Math.min(from, (int) (centre + support + 0.5)) - first[i]];
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
          weights[k] = Math.max(0, 1 - Math.abs((k + first[i] - centre + 0.5) * perPixel));
          sum += weights[k];
        }
        parts[i] = new int[weights.length];
        for (int k = 0; k < weights.length; k++) {
          parts[i][k] = (int) (0.5 + weights[k] / sum * (1 << PRECISION_BITS));
        }
      }
      return new Weights(first, parts);
    }
  }
}
