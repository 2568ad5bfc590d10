package dev.penstock.worker.vision.preprocess;

import dev.penstock.worker.vision.image.Placement.Padding;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The letterbox of YOLOX ({@code preproc}): the picture lies in the upper left corner, its sides
 * rounded down but at least one, and coordinates go back by the one scale of both.
 */
final class CornerLetterbox extends Resizer {
  CornerLetterbox(int targetWidth, int targetHeight) {
    super(targetWidth, targetHeight);
  }

  @Override
  Resized resize(Mat picture) {
    double scale =
        Math.min((double) targetWidth / picture.cols(), (double) targetHeight / picture.rows());
    int width = Math.max(1, (int) (picture.cols() * scale));
    int height = Math.max(1, (int) (picture.rows() * scale));
    return placed(
        scaled(picture, width, height),
        new Padding(0, 0, targetWidth - width, targetHeight - height),
        scale,
        scale);
  }
}
