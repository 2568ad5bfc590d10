package dev.penstock.worker.vision.preprocess;

import dev.penstock.model.ModelDescription.DatasetSize;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.ResizeMode;
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

  Resizer(int targetWidth, int targetHeight) {
    this.targetWidth = targetWidth;
    this.targetHeight = targetHeight;
  }

  /**
   * @throws UnsupportedModelException for {@code fit-longer-edge}, which the family of the model
   *     must have replaced
   */
  static Resizer of(NetworkInput input) throws UnsupportedModelException {
    DatasetSize first = input.datasetSize();
    return input.resizeMode() == ResizeMode.SHORTER_EDGE_CROP && first != null
        ? new ShorterEdgeCrop(
            input.width(), input.height(), Math.min(first.width(), first.height()))
        : of(input.resizeMode(), input.width(), input.height());
  }

  /**
   * @throws UnsupportedModelException for {@code fit-longer-edge}, which the family of the model
   *     must have replaced
   */
  static Resizer of(ResizeMode mode, int width, int height) throws UnsupportedModelException {
    return switch (mode) {
      case STRETCH -> new Stretch(width, height);
      case STRETCH_ANTIALIASED -> new SmoothStretch(width, height);
      case CENTER_SQUARE -> new CenterSquare(width, height);
      case LETTERBOX, LETTERBOX_REFLECT_EDGES -> new Letterbox(width, height);
      case LETTERBOX_ROUNDED -> new RoundedLetterbox(width, height);
      case LETTERBOX_TOP_LEFT -> new CornerLetterbox(width, height);
      case CENTER_CROP -> new CenterCrop(width, height);
      case SHORTER_EDGE_CROP -> new ShorterEdgeCrop(width, height, Math.min(width, height));
      case FIT_LONGER_EDGE ->
          throw new UnsupportedModelException(
              "resize mode 'fit-longer-edge' is not supported by this version for this"
                  + " architecture; export the model with 'letterbox' or 'stretch'");
    };
  }

  /** The picture as it goes into the input; the caller closes it. */
  abstract Resized resize(Mat picture) throws UnusableImageException;

  /**
   * A picture as it goes into the input.
   *
   * @param pixels no larger than the input
   * @param left first column of the input that they cover
   * @param top first row of the input that they cover
   * @param frame what padding and scales refer to: the size of the input, or one it was stretched
   *     from
   * @param padding of the frame around the picture; negative where the picture is cut off
   * @param scaleX what to divide horizontal coordinates by on the way back, without the padding
   * @param scaleY what to divide vertical coordinates by
   */
  record Resized(
      Mat pixels, int left, int top, ImageSize frame, Padding padding, double scaleX, double scaleY)
      implements AutoCloseable {
    @Override
    public void close() {
      pixels.close();
    }
  }

  final Resized placed(Mat pixels, Padding padding, double scaleX, double scaleY) {
    return new Resized(
        pixels,
        Math.max(0, padding.left()),
        Math.max(0, padding.top()),
        new ImageSize(targetWidth, targetHeight),
        padding,
        scaleX,
        scaleY);
  }

  final Resized stretched(Mat picture, Mat pixels) {
    return placed(
        pixels,
        Padding.NONE,
        (double) targetWidth / picture.cols(),
        (double) targetHeight / picture.rows());
  }

  /** An odd pixel goes to the right and below, whether it is padding or cut off. */
  final Padding padding(int width, int height) {
    int left = (targetWidth - width) / 2;
    int top = (targetHeight - height) / 2;
    return new Padding(left, top, targetWidth - width - left, targetHeight - height - top);
  }

  static Mat scaled(Mat picture, int width, int height) {
    Mat scaled = new Mat();
    try (Size size = new Size(width, height)) {
      opencv_imgproc.resize(picture, scaled, size, 0, 0, opencv_imgproc.INTER_LINEAR);
    }
    return scaled;
  }

  private static final class Stretch extends Resizer {
    Stretch(int width, int height) {
      super(width, height);
    }

    @Override
    Resized resize(Mat picture) {
      return stretched(picture, scaled(picture, targetWidth, targetHeight));
    }
  }

  private static final class SmoothStretch extends Resizer {
    SmoothStretch(int width, int height) {
      super(width, height);
    }

    @Override
    Resized resize(Mat picture) throws UnusableImageException {
      return stretched(picture, PillowResize.resize(picture, targetWidth, targetHeight));
    }
  }

  private static final class CenterSquare extends Resizer {
    CenterSquare(int width, int height) {
      super(width, height);
    }

    @Override
    Resized resize(Mat picture) {
      int side = Math.min(picture.cols(), picture.rows());
      int left = (picture.cols() - side) / 2;
      int top = (picture.rows() - side) / 2;
      double scaleX = (double) targetWidth / side;
      double scaleY = (double) targetHeight / side;
      try (Rect middle = new Rect(left, top, side, side);
          Mat part = new Mat(picture, middle)) {
        var cut =
            new Padding(
                (int) Math.rint(-left * scaleX),
                (int) Math.rint(-top * scaleY),
                (int) Math.rint(-(picture.cols() - side - left) * scaleX),
                (int) Math.rint(-(picture.rows() - side - top) * scaleY));
        return placed(scaled(part, targetWidth, targetHeight), cut, scaleX, scaleY);
      }
    }
  }

  private static final class Letterbox extends Resizer {
    Letterbox(int width, int height) {
      super(width, height);
    }

    @Override
    Resized resize(Mat picture) throws UnusableImageException {
      double scale =
          Math.min((double) targetWidth / picture.cols(), (double) targetHeight / picture.rows());
      int width = (int) (picture.cols() * scale);
      int height = (int) (picture.rows() * scale);
      if (width == 0 || height == 0) {
        throw new UnusableImageException(
            "The image of %d x %d pixels is too narrow: at %d x %d, the size the model looks at,"
                    .formatted(picture.cols(), picture.rows(), targetWidth, targetHeight)
                + " nothing of it is left.");
      }
      return placed(scaled(picture, width, height), padding(width, height), scale, scale);
    }
  }

  private static final class CenterCrop extends Resizer {
    CenterCrop(int width, int height) {
      super(width, height);
    }

    @Override
    Resized resize(Mat picture) {
      Padding padding = padding(picture.cols(), picture.rows());
      try (Rect middle =
          new Rect(
              Math.max(0, -padding.left()),
              Math.max(0, -padding.top()),
              Math.min(picture.cols(), targetWidth),
              Math.min(picture.rows(), targetHeight))) {
        return placed(new Mat(picture, middle), padding, 1, 1);
      }
    }
  }
}
