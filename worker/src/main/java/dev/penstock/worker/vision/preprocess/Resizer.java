package dev.penstock.worker.vision.preprocess;

import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement.Padding;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Brings pictures to the size of a network's input, with the integer arithmetic of the reference.
 */
abstract class Resizer {
  final int targetWidth;
  final int targetHeight;

  Resizer(NetworkInput input) {
    this.targetWidth = input.width();
    this.targetHeight = input.height();
  }

  /**
   * @throws UnsupportedModelException for {@code fit-longer-edge}, which the family of the model
   *     must have replaced
   */
  static Resizer of(NetworkInput input) throws UnsupportedModelException {
    return switch (input.resizeMode()) {
      case STRETCH -> new Stretch(input);
      case LETTERBOX, LETTERBOX_REFLECT_EDGES -> new Letterbox(input);
      case LETTERBOX_ROUNDED -> new RoundedLetterbox(input);
      case CENTER_CROP -> new CenterCrop(input);
      case SHORTER_EDGE_CROP -> new ShorterEdgeCrop(input);
      case FIT_LONGER_EDGE ->
          throw new UnsupportedModelException(
              "resize mode 'fit-longer-edge' is not supported by this version for this"
                  + " architecture; export the model with 'letterbox' or 'stretch'");
    };
  }

  /** Where a picture of that size goes. */
  abstract Fit fit(ImageSize size) throws UnusableImageException;

  /** The picture at the size of the fit; the caller closes it. */
  abstract Mat resize(Mat picture, Fit fit);

  /**
   * How a picture fits into the input.
   *
   * @param width of the picture in the input, in pixels
   * @param height of the picture in the input
   * @param padding of the input around the picture; negative where the picture is cut off
   * @param scaleX what to divide horizontal coordinates by on the way back, without the padding
   * @param scaleY what to divide vertical coordinates by
   */
  record Fit(int width, int height, Padding padding, double scaleX, double scaleY) {
    /** First column of the input that the picture covers. */
    int left() {
      return Math.max(0, padding.left());
    }

    /** First row of the input that the picture covers. */
    int top() {
      return Math.max(0, padding.top());
    }
  }

  /** An odd pixel goes to the right and below, whether it is padding or cut off. */
  final Padding padding(ImageSize size) {
    int left = (targetWidth - size.width()) / 2;
    int top = (targetHeight - size.height()) / 2;
    return new Padding(
        left, top, targetWidth - size.width() - left, targetHeight - size.height() - top);
  }

  static Mat scaled(Mat picture, int width, int height) {
    Mat scaled = new Mat();
    try (Size size = new Size(width, height)) {
      opencv_imgproc.resize(picture, scaled, size, 0, 0, opencv_imgproc.INTER_LINEAR);
    }
    return scaled;
  }

  private static final class Stretch extends Resizer {
    Stretch(NetworkInput input) {
      super(input);
    }

    @Override
    Fit fit(ImageSize size) {
      return new Fit(
          targetWidth,
          targetHeight,
          Padding.NONE,
          (double) targetWidth / size.width(),
          (double) targetHeight / size.height());
    }

    @Override
    Mat resize(Mat picture, Fit fit) {
      return scaled(picture, targetWidth, targetHeight);
    }
  }

  private static final class Letterbox extends Resizer {
    Letterbox(NetworkInput input) {
      super(input);
    }

    @Override
    Fit fit(ImageSize size) throws UnusableImageException {
      double scale =
          Math.min((double) targetWidth / size.width(), (double) targetHeight / size.height());
      int width = (int) (size.width() * scale);
      int height = (int) (size.height() * scale);
      if (width == 0 || height == 0) {
        throw new UnusableImageException(
            "The image of %d x %d pixels is too narrow: at %d x %d, the size the model looks at,"
                    .formatted(size.width(), size.height(), targetWidth, targetHeight)
                + " nothing of it is left.");
      }
      return new Fit(width, height, padding(new ImageSize(width, height)), scale, scale);
    }

    @Override
    Mat resize(Mat picture, Fit fit) {
      return scaled(picture, fit.width(), fit.height());
    }
  }

  private static final class CenterCrop extends Resizer {
    CenterCrop(NetworkInput input) {
      super(input);
    }

    @Override
    Fit fit(ImageSize size) {
      return new Fit(
          Math.min(size.width(), targetWidth),
          Math.min(size.height(), targetHeight),
          padding(size),
          1,
          1);
    }

    @Override
    Mat resize(Mat picture, Fit fit) {
      try (Rect middle =
          new Rect(
              Math.max(0, -fit.padding().left()),
              Math.max(0, -fit.padding().top()),
              fit.width(),
              fit.height())) {
        return new Mat(picture, middle);
      }
    }
  }
}
