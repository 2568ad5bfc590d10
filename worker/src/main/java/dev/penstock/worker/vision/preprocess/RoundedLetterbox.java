package dev.penstock.worker.vision.preprocess;

import dev.penstock.worker.vision.image.ImageSize;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The letterbox of Ultralytics ({@code LetterBox} and {@code scale_boxes}): sides are rounded to
 * the nearest pixel, at least one, and coordinates go back by what each side really was scaled by.
 */
final class RoundedLetterbox extends Resizer {
  RoundedLetterbox(int targetWidth, int targetHeight) {
    super(targetWidth, targetHeight);
  }

  @Override
  Fit fit(ImageSize size) {
    double scale =
        Math.min((double) targetWidth / size.width(), (double) targetHeight / size.height());
    int width = side(size.width(), scale);
    int height = side(size.height(), scale);
    return new Fit(
        width,
        height,
        padding(width, height),
        (double) width / size.width(),
        (double) height / size.height());
  }

  private static int side(int side, double scale) {
    return (int) Math.max(1, Math.rint(side * scale));
  }

  @Override
  Mat resize(Mat picture, Fit fit) {
    return scaled(picture, fit.width(), fit.height());
  }
}
