package dev.penstock.worker.vision.contrast;

import dev.penstock.model.ModelDescription.Contrast;
import org.bytedeco.opencv.opencv_core.Mat;

/** One way to adjust the contrast of a picture. Safe for any thread. */
@FunctionalInterface
public interface ContrastAdjustment {
  static ContrastAdjustment of(Contrast contrast) {
    return switch (contrast) {
      case ADAPTIVE_EQUALIZATION -> AdaptiveEqualization::adjust;
      case CONTRAST_STRETCHING -> new ValueMapping(ValueMapping::stretched);
      case HISTOGRAM_EQUALIZATION -> new ValueMapping(ValueMapping::equalized);
    };
  }

  /**
   * Writes the adjusted picture.
   *
   * @param picture 8-bit with three channels, is left as it is
   * @param adjusted gets its size and type
   */
  void adjust(Mat picture, Mat adjusted);
}
