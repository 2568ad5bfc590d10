package dev.penstock.worker.vision.contrast;

/**
 * Contrast-limited adaptive equalization of one plane (CLAHE), as scikit-image computes it: the
 * plane is divided into regions of an eighth of its sides, each region's histogram with a limit to
 * how often a value may occur gives its mapping, and between the centres of regions mappings are
 * interpolated.
 */
final class LocalHistograms {
  /** Levels before and after equalization. */
  static final int LEVELS = 1 << 14;

  private static final int BINS = 256;
  private static final int LEVELS_PER_BIN = 1 + LEVELS / BINS;
  private static final double CLIP_LIMIT = 0.03;

  private final int width;
  private final int regionWidth;
  private final int regionHeight;
  private final int columns;
  private final int rows;
  private final int[][] mappings;

  /** The plane's bins, row by row. */
  @FunctionalInterface
  interface Plane {
    /** Writes a row's bins, each of them what {@link #bin} says. */
    void row(int y, int[] bins);
  }

  LocalHistograms(int width, int height, Plane plane) {
    this.width = width;
    this.regionWidth = Math.max(1, width / 8);
    this.regionHeight = Math.max(1, height / 8);
    this.columns = (width + regionWidth - 1) / regionWidth;
    this.rows = (height + regionHeight - 1) / regionHeight;
    this.mappings = new int[columns * rows][BINS];
    int[] bins = new int[width];
    for (int y = 0; y < rows * regionHeight; y++) {
      plane.row(mirrored(y, height), bins);
      for (int x = 0; x < columns * regionWidth; x++) {
        mappings[y / regionHeight * columns + x / regionWidth][bins[mirrored(x, width)]]++;
      }
    }
    for (int[] mapping : mappings) {
      clip(mapping, Math.max(1, (int) (CLIP_LIMIT * regionWidth * regionHeight)));
      cumulate(mapping);
    }
  }

  /** The bin of one of {@link #LEVELS} levels. */
  static int bin(int level) {
    return level / LEVELS_PER_BIN;
  }

  /** A position beyond the edge, reflected at the last pixel. */
  private static int mirrored(int position, int size) {
    if (size == 1) {
      return 0;
    }
    int turn = position % (2 * size - 2);
    return turn < size ? turn : 2 * size - 2 - turn;
  }

  /** What occurs too often is spread over the other bins. */
  private static void clip(int[] histogram, int limit) {
    long excess = 0;
    for (int bin = 0; bin < BINS; bin++) {
      if (histogram[bin] > limit) {
        excess += histogram[bin] - limit;
        histogram[bin] = limit;
      }
    }
    int share = (int) (excess / BINS);
    for (int bin = 0; bin < BINS; bin++) {
      if (histogram[bin] < limit - share) {
        excess -= share;
        histogram[bin] += share;
      }
    }
    for (int bin = 0; bin < BINS; bin++) {
      if (histogram[bin] >= limit - share && histogram[bin] < limit) {
        excess += histogram[bin] - limit;
        histogram[bin] = limit;
      }
    }
    long before = excess + 1;
    while (excess > 0 && excess < before) {
      before = excess;
      for (int first = 0; first < BINS && excess > 0; first++) {
        int step = (int) Math.max(1, below(histogram, limit) / excess);
        for (int bin = first; bin < BINS; bin += step) {
          if (histogram[bin] < limit) {
            histogram[bin]++;
            excess--;
          }
        }
      }
    }
  }

  private static int below(int[] histogram, int limit) {
    int below = 0;
    for (int count : histogram) {
      below += count < limit ? 1 : 0;
    }
    return below;
  }

  private void cumulate(int[] histogram) {
    double levelsPerPixel = (LEVELS - 1) / (double) (regionWidth * regionHeight);
    long sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      sum += histogram[bin];
      histogram[bin] = (int) Math.min(LEVELS - 1, sum * levelsPerPixel);
    }
  }

  /**
   * Equalizes one row.
   *
   * @param bins of that row
   * @param levels gets the equalized levels
   */
  void equalize(int y, int[] bins, int[] levels) {
    int fromTop = y + regionHeight / 2;
    double lower = (double) (fromTop % regionHeight) / regionHeight;
    int[] rowOffset = {row(fromTop / regionHeight - 1), row(fromTop / regionHeight)};
    for (int x = 0; x < width; x++) {
      int fromLeft = x + regionWidth / 2;
      double right = (double) (fromLeft % regionWidth) / regionWidth;
      int leftColumn = column(fromLeft / regionWidth - 1);
      int rightColumn = column(fromLeft / regionWidth);
      int bin = bins[x];
      // The sum of single precision numbers in this order decides the last bit.
      float level =
          (float) (mappings[rowOffset[0] + leftColumn][bin] * ((1 - right) * (1 - lower)));
      level += (float) (mappings[rowOffset[0] + rightColumn][bin] * (right * (1 - lower)));
      level += (float) (mappings[rowOffset[1] + leftColumn][bin] * ((1 - right) * lower));
      level += (float) (mappings[rowOffset[1] + rightColumn][bin] * (right * lower));
      levels[x] = (int) level;
    }
  }

  /** First region of a row of them; the outermost ones reach to the edge. */
  private int row(int row) {
    return Math.max(0, Math.min(rows - 1, row)) * columns;
  }

  private int column(int column) {
    return Math.max(0, Math.min(columns - 1, column));
  }
}
