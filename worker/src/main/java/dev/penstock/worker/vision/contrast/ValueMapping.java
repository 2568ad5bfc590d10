package dev.penstock.worker.vision.contrast;

import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Contrast adjustments that treat all pixels alike: how often each of the 256 values occurs, over
 * all channels, decides what each of them becomes.
 */
final class ValueMapping implements ContrastAdjustment {
  private static final int VALUES = 256;
  private static final double LOW_PERCENTILE = 0.02;
  private static final double HIGH_PERCENTILE = 0.98;

  private final Function<long[], byte[]> mapping;

  /**
   * @param mapping from how often each value occurs to what it becomes
   */
  ValueMapping(Function<long[], byte[]> mapping) {
    this.mapping = mapping;
  }

  @Override
  public void adjust(Mat picture, Mat adjusted) {
    try (var values = new BytePointer(mapping.apply(occurrences(picture)));
        var table = new Mat(1, VALUES, opencv_core.CV_8UC1, values)) {
      opencv_core.LUT(picture, table, adjusted);
    }
  }

  private static long[] occurrences(Mat picture) {
    long[] occurrences = new long[VALUES];
    byte[] row = new byte[picture.cols() * picture.channels()];
    for (int y = 0; y < picture.rows(); y++) {
      Rows.read(picture, y, row);
      for (byte value : row) {
        occurrences[value & 0xFF]++;
      }
    }
    return occurrences;
  }

  /** {@code rescale_intensity} between the percentiles 2 and 98. */
  static byte[] stretched(long[] occurrences) {
    double low = percentile(occurrences, LOW_PERCENTILE);
    double high = percentile(occurrences, HIGH_PERCENTILE);
    byte[] mapped = new byte[VALUES];
    for (int value = 0; value < VALUES; value++) {
      double clipped = Math.max(low, Math.min(high, value));
      mapped[value] =
          (byte) (low == high ? (int) clipped : (int) ((clipped - low) / (high - low) * 255));
    }
    return mapped;
  }

  /** As NumPy interpolates between the two nearest ranks. */
  private static double percentile(long[] occurrences, double quantile) {
    long count = 0;
    for (long occurrence : occurrences) {
      count += occurrence;
    }
    double rank = (count - 1) * quantile;
    long below = (long) Math.floor(rank);
    double fraction = rank - below;
    int from = valueAt(occurrences, below);
    int to = valueAt(occurrences, Math.min(below + 1, count - 1));
    return fraction >= 0.5 ? to - (to - from) * (1 - fraction) : from + (to - from) * fraction;
  }

  private static int valueAt(long[] occurrences, long rank) {
    int value = 0;
    for (long seen = occurrences[0]; seen <= rank; seen += occurrences[value]) {
      value++;
    }
    return value;
  }

  /** {@code equalize_hist} of the picture scaled to 0–1, in single precision. */
  static byte[] equalized(long[] occurrences) {
    float[] edges = edges(occurrences);
    long[] cumulated = new long[VALUES];
    for (int value = 0; value < VALUES; value++) {
      if (occurrences[value] > 0) {
        cumulated[bin(unit(value), edges)] += occurrences[value];
      }
    }
    for (int bin = 1; bin < VALUES; bin++) {
      cumulated[bin] += cumulated[bin - 1];
    }
    float[] centres = new float[VALUES];
    float[] share = new float[VALUES];
    for (int bin = 0; bin < VALUES; bin++) {
      centres[bin] = (edges[bin] + edges[bin + 1]) / 2;
      share[bin] = (float) (cumulated[bin] / (double) cumulated[VALUES - 1]);
    }
    byte[] mapped = new byte[VALUES];
    for (int value = 0; value < VALUES; value++) {
      mapped[value] = (byte) (int) ((float) interpolated(unit(value), centres, share) * 255);
    }
    return mapped;
  }

  private static float unit(int value) {
    return value / 255f;
  }

  /** 256 bins of equal width from the least to the greatest value. */
  private static float[] edges(long[] occurrences) {
    double first = unit(valueAt(occurrences, 0));
    int last = VALUES - 1;
    while (occurrences[last] == 0) {
      last--;
    }
    double end = unit(last);
    if (first == end) {
      first -= 0.5;
      end += 0.5;
    }
    float[] edges = new float[VALUES + 1];
    for (int edge = 0; edge < VALUES; edge++) {
      edges[edge] = (float) (edge * ((end - first) / VALUES) + first);
    }
    edges[VALUES] = (float) end;
    return edges;
  }

  /** The last bin includes its upper edge. */
  private static int bin(float value, float[] edges) {
    int bin = 0;
    while (bin < VALUES - 1 && value >= edges[bin + 1]) {
      bin++;
    }
    return bin;
  }

  private static double interpolated(double x, float[] xs, float[] ys) {
    if (x <= xs[0]) {
      return ys[0];
    }
    if (x >= xs[VALUES - 1]) {
      return ys[VALUES - 1];
    }
    int left = 0;
    while (xs[left + 1] <= x) {
      left++;
    }
    double slope = ((double) ys[left + 1] - ys[left]) / ((double) xs[left + 1] - xs[left]);
    return slope * (x - xs[left]) + ys[left];
  }
}
