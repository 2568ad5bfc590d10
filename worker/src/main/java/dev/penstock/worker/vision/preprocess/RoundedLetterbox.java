package dev.penstock.worker.vision.preprocess;

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
  Resized resize(Mat picture) {
    double scale =
        Math.min((double) targetWidth / picture.cols(), (double) targetHeight / picture.rows());
    int width = side(picture.cols(), scale);
    int height = side(picture.rows(), scale);
    return placed(
        scaled(picture, width, height),
        padding(width, height),
        (double) width / picture.cols(),
        (double) height / picture.rows());
  }

  private static int side(int side, double scale) {
    return (int) Math.max(1, Math.rint(side * scale));
  }
}
