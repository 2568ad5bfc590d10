package dev.penstock.worker.vision.preprocess;

import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.Normalization;
import dev.penstock.model.ModelDescription.ResizeMode;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * What each of the 256 pixel values becomes in each channel of a network's input: scaling and
 * normalization as look-up tables, in the single precision of the reference.
 */
final class PixelTable implements AutoCloseable {
  private static final int VALUES = 256;

  private final NetworkInput input;
  private final float[][] values;
  private final Mat[] tables;

  PixelTable(NetworkInput input) {
    this.input = input;
    this.values = new float[input.channels()][VALUES];
    this.tables = new Mat[input.channels()];
    for (int channel = 0; channel < input.channels(); channel++) {
      for (int pixel = 0; pixel < VALUES; pixel++) {
        values[channel][pixel] = value(pixel, channel);
      }
      tables[channel] = new Mat(1, VALUES, opencv_core.CV_32FC1);
      try (var data = new FloatPointer(tables[channel].data())) {
        data.put(values[channel]);
      }
    }
  }

  private float value(float pixel, int channel) {
    float value = pixel;
    if (input.scalingFactor() != null) {
      value /= input.scalingFactor().floatValue();
    }
    Normalization normalization = input.normalization();
    if (normalization != null) {
      value -= normalization.mean().get(channel).floatValue();
      value /= normalization.deviation().get(channel).floatValue();
    }
    return value;
  }

  /**
   * Writes a picture into all planes of one slot and padding around it.
   *
   * @param picture 8-bit blue, green, red, no larger than the input
   * @param left first column it covers
   * @param top first row it covers
   * @param slot floats {@code [channels x height, width]}
   */
  void write(Mat picture, int left, int top, Mat slot) {
    boolean padded = picture.cols() < input.width() || picture.rows() < input.height();
    try (Rect area = new Rect(left, top, picture.cols(), picture.rows());
        Mat channel = new Mat()) {
      for (int plane = 0; plane < input.channels(); plane++) {
        try (Mat whole = slot.rowRange(plane * input.height(), (plane + 1) * input.height());
            Mat covered = new Mat(whole, area)) {
          if (padded) {
            fill(whole, padding(plane));
          }
          opencv_core.extractChannel(picture, channel, sourceChannel(plane));
          opencv_core.LUT(channel, tables[plane], covered);
        }
      }
    }
  }

  private float padding(int plane) {
    // The reference pads a centred crop with zeros, whatever the package says.
    return value(input.resizeMode() == ResizeMode.CENTER_CROP ? 0 : input.paddingValue(), plane);
  }

  /** Pictures are blue, green, red. */
  private int sourceChannel(int plane) {
    return input.colorMode() == ColorMode.RGB ? 2 - plane : plane;
  }

  private static void fill(Mat plane, float value) {
    try (Scalar scalar = Scalar.all(value);
        Mat filling = new Mat(scalar)) {
      plane.setTo(filling);
    }
  }

  @Override
  public void close() {
    for (Mat table : tables) {
      table.close();
    }
  }
}
