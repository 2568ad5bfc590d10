package dev.penstock.worker.vision.preprocess;

import dev.penstock.worker.vision.image.Placement.Padding;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * {@code Resize} and {@code CenterCrop} of torchvision on a Pillow picture: the shorter edge is
 * scaled to the input, or to a larger edge, and the middle is cut out. For an input that is not
 * square both edges are scaled, as Ultralytics does it.
 */
final class ShorterEdgeCrop extends Resizer {
  /** How many times its width the longer edge may become: the memory it takes is bounded. */
  private static final int LONGEST = 64;

  private final int edge;

  /**
   * @param edge what the shorter edge is scaled to; no less than the input's is used
   */
  ShorterEdgeCrop(int targetWidth, int targetHeight, int edge) {
    super(targetWidth, targetHeight);
    this.edge = Math.max(edge, Math.max(targetWidth, targetHeight));
  }

  @Override
  Resized resize(Mat picture) throws UnusableImageException {
    if (targetWidth != targetHeight) {
      return stretched(picture, PillowResize.resize(picture, targetWidth, targetHeight));
    }
    int shorter = Math.min(picture.cols(), picture.rows());
    int longer = Math.max(picture.cols(), picture.rows());
    if (longer > (long) LONGEST * shorter) {
      throw new UnusableImageException(
          "The image of %d x %d pixels is too narrow: one side is more than %d times the other."
              .formatted(picture.cols(), picture.rows(), LONGEST));
    }
    int width = side(picture.cols(), shorter);
    int height = side(picture.rows(), shorter);
    Padding cut = cut(width, height);
    try (Mat whole = PillowResize.resize(picture, width, height);
        Rect middle = new Rect(-cut.left(), -cut.top(), targetWidth, targetHeight);
        Mat part = new Mat(whole, middle)) {
      return placed(
          part.clone(), cut, (double) width / picture.cols(), (double) height / picture.rows());
    }
  }

  private int side(int side, int shorter) {
    return (int) ((long) edge * side / shorter);
  }

  /** Negative: what is cut off. A half is rounded to even, as Python does it. */
  private Padding cut(int width, int height) {
    int left = (int) Math.rint((width - targetWidth) / 2.0);
    int top = (int) Math.rint((height - targetHeight) / 2.0);
    return new Padding(-left, -top, left + targetWidth - width, top + targetHeight - height);
  }
}
