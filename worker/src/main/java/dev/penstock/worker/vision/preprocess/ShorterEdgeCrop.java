package dev.penstock.worker.vision.preprocess;

import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement.Padding;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * {@code Resize} and {@code CenterCrop} of torchvision on a Pillow picture: the shorter edge is
 * scaled to the input and the middle is cut out. For an input that is not square both edges are
 * scaled, as Ultralytics does it.
 */
final class ShorterEdgeCrop extends Resizer {
  /** How many times its width the longer edge may become: the memory it takes is bounded. */
  private static final int LONGEST = 64;

  ShorterEdgeCrop(int targetWidth, int targetHeight) {
    super(targetWidth, targetHeight);
  }

  @Override
  Fit fit(ImageSize size) throws UnusableImageException {
    ImageSize scaled = scaledSize(size);
    if (Math.max(scaled.width(), scaled.height()) > (long) LONGEST * targetWidth) {
      throw new UnusableImageException(
          "The image of %d x %d pixels is too narrow: one side is more than %d times the other."
              .formatted(size.width(), size.height(), LONGEST));
    }
    return new Fit(
        targetWidth,
        targetHeight,
        cut(scaled.width(), scaled.height()),
        (double) scaled.width() / size.width(),
        (double) scaled.height() / size.height());
  }

  private ImageSize scaledSize(ImageSize size) {
    if (targetWidth != targetHeight) {
      return new ImageSize(targetWidth, targetHeight);
    }
    int shorter = Math.min(size.width(), size.height());
    return new ImageSize(side(size.width(), shorter), side(size.height(), shorter));
  }

  private int side(int side, int shorter) {
    return (int) ((long) targetWidth * side / shorter);
  }

  /** Negative: what is cut off. A half is rounded to even, as Python does it. */
  private Padding cut(int width, int height) {
    int left = (int) Math.rint((width - targetWidth) / 2.0);
    int top = (int) Math.rint((height - targetHeight) / 2.0);
    return new Padding(-left, -top, left + targetWidth - width, top + targetHeight - height);
  }

  @Override
  Mat resize(Mat picture, Fit fit) {
    ImageSize scaled = scaledSize(new ImageSize(picture.cols(), picture.rows()));
    try (Mat whole = PillowResize.resize(picture, scaled.width(), scaled.height());
        Rect middle =
            new Rect(-fit.padding().left(), -fit.padding().top(), fit.width(), fit.height());
        Mat cut = new Mat(whole, middle)) {
      return cut.clone();
    }
  }
}
