package dev.penstock.worker.vision.contrast;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * {@code equalize_adapthist} of scikit-image with a clip limit of 0.03, bit for bit: the value of
 * each pixel (the largest of its channels) is equalized by {@link LocalHistograms}, hue and
 * saturation stay. All colour arithmetic is in single precision.
 */
final class AdaptiveEqualization {
  private static final int VALUES = 256;
  private static final int CHANNELS = 3;
  private static final float SIXTEEN_BITS = 65535f;

  private final Mat picture;
  private final byte[] pixels;
  private final int[] bins = new int[VALUES];
  private final LocalHistograms histograms;

  private AdaptiveEqualization(Mat picture) {
    this.picture = picture;
    this.pixels = new byte[picture.cols() * CHANNELS];
    fillBins();
    this.histograms = new LocalHistograms(picture.cols(), picture.rows(), this::binsOfRow);
  }

  static void adjust(Mat picture, Mat adjusted) {
    adjusted.create(picture.rows(), picture.cols(), picture.type());
    new AdaptiveEqualization(picture).write(adjusted);
  }

  /** The values that occur are first spread over all levels. */
  private void fillBins() {
    int least = VALUES - 1;
    int greatest = 0;
    for (int y = 0; y < picture.rows(); y++) {
      Rows.read(picture, y, pixels);
      for (int x = 0; x < picture.cols(); x++) {
        int value = value(x * CHANNELS);
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
    }
    double from = sixteenBits(least);
    double to = sixteenBits(greatest);
    for (int value = least; value <= greatest; value++) {
      double level =
          from == to
              ? Math.min(LocalHistograms.LEVELS - 1, from)
              : (sixteenBits(value) - from) / (to - from) * (LocalHistograms.LEVELS - 1);
      bins[value] = LocalHistograms.bin((int) Math.rint(level));
    }
  }

  private static double sixteenBits(int value) {
    return Math.rint(value / 255f * SIXTEEN_BITS);
  }

  private int value(int at) {
    return Math.max(pixels[at] & 0xFF, Math.max(pixels[at + 1] & 0xFF, pixels[at + 2] & 0xFF));
  }

  private void binsOfRow(int y, int[] row) {
    Rows.read(picture, y, pixels);
    for (int x = 0; x < row.length; x++) {
      row[x] = bins[value(x * CHANNELS)];
    }
  }

  private void write(Mat adjusted) {
    int[] row = new int[picture.cols()];
    int[] levels = new int[picture.cols()];
    int least = Integer.MAX_VALUE;
    int greatest = 0;
    for (int y = 0; y < picture.rows(); y++) {
      binsOfRow(y, row);
      histograms.equalize(y, row, levels);
      for (int level : levels) {
        least = Math.min(least, level);
        greatest = Math.max(greatest, level);
      }
    }
    for (int y = 0; y < picture.rows(); y++) {
      binsOfRow(y, row);
      histograms.equalize(y, row, levels);
      for (int x = 0; x < row.length; x++) {
        float value =
            least == greatest
                ? Math.min(1, least)
                : (float) (levels[x] - least) / (float) (greatest - least);
        recolor(x * CHANNELS, value);
      }
      Rows.write(pixels, adjusted, y);
    }
  }

  /** Through hue and saturation and back; scikit-image takes the first channel for red. */
  private void recolor(int at, float value) {
    float red = (pixels[at] & 0xFF) / 255f;
    float green = (pixels[at + 1] & 0xFF) / 255f;
    float blue = (pixels[at + 2] & 0xFF) / 255f;
    float greatest = Math.max(red, Math.max(green, blue));
    float spread = greatest - Math.min(red, Math.min(green, blue));
    float saturation = spread == 0 ? 0 : spread / greatest;
    float sixths = spread == 0 ? 0 : hue(red, green, blue, greatest, spread) * 6;
    int sector = (int) sixths;
    float fraction = sixths - sector;
    byte full = pixel(value);
    byte none = pixel(value * (1 - saturation));
    byte falling = pixel(value * (1 - fraction * saturation));
    byte rising = pixel(value * (1 - (1 - fraction) * saturation));
    switch (sector % 6) {
      case 0 -> put(at, full, rising, none);
      case 1 -> put(at, falling, full, none);
      case 2 -> put(at, none, full, rising);
      case 3 -> put(at, none, falling, full);
      case 4 -> put(at, rising, none, full);
      default -> put(at, full, none, falling);
    }
  }

  private static float hue(float red, float green, float blue, float greatest, float spread) {
    float sixths;
    if (blue == greatest) {
      sixths = 4 + (red - green) / spread;
    } else if (green == greatest) {
      sixths = 2 + (blue - red) / spread;
    } else {
      sixths = (green - blue) / spread;
    }
    float hue = sixths / 6;
    return hue < 0 ? hue + 1 : hue;
  }

  private static byte pixel(float unit) {
    return (byte) (int) (unit * 255);
  }

  private void put(int at, byte red, byte green, byte blue) {
    pixels[at] = red;
    pixels[at + 1] = green;
    pixels[at + 2] = blue;
  }
}
