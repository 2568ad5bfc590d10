package dev.penstock.worker.vision.preprocess;

import dev.penstock.model.ModelDescription.DatasetSize;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.worker.vision.UnsupportedModelException;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.jspecify.annotations.Nullable;

/**
 * Stretches pictures with Pillow, as networks were trained whose pictures went through torchvision.
 * Where the pictures of the training had got another size first, so do these.
 */
final class PillowResizer extends Resizer {
  private final @Nullable Resizer first;
  private final int padding;

  PillowResizer(NetworkInput input) throws UnsupportedModelException {
    super(input.width(), input.height());
    DatasetSize size = input.datasetSize();
    this.first =
        size == null
                || input.resizeMode() == ResizeMode.STRETCH
                || input.resizeMode() == ResizeMode.STRETCH_ANTIALIASED
            ? null
            : Resizer.of(input.resizeMode(), size.width(), size.height());
    this.padding = input.resizeMode() == ResizeMode.CENTER_CROP ? 0 : input.paddingValue();
  }

  @Override
  Resized resize(Mat picture) throws UnusableImageException {
    if (first == null) {
      return stretched(picture, PillowResize.resize(picture, targetWidth, targetHeight));
    }
    try (Resized placed = first.resize(picture);
        Scalar color = Scalar.all(padding);
        Mat frame =
            new Mat(placed.frame().height(), placed.frame().width(), opencv_core.CV_8UC3, color);
        Rect covered =
            new Rect(placed.left(), placed.top(), placed.pixels().cols(), placed.pixels().rows());
        Mat part = new Mat(frame, covered)) {
      placed.pixels().copyTo(part);
      return new Resized(
          PillowResize.resize(frame, targetWidth, targetHeight),
          0,
          0,
          placed.frame(),
          placed.padding(),
          placed.scaleX(),
          placed.scaleY());
    }
  }
}
