package dev.penstock.worker.render;

import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** White text on a filled rectangle. */
final class Button {
  private static final int FONT = opencv_imgproc.FONT_HERSHEY_SIMPLEX;
  private static final double FONT_SCALE = 0.5;
  private static final int MARGIN = 10;

  private Button() {}

  /**
   * Draws a button with its upper left corner at that pixel.
   *
   * @return its height in pixels
   */
  static int draw(Mat pixels, int left, int top, String text, Scalar color) {
    try (Size size = opencv_imgproc.getTextSize(text, FONT, FONT_SCALE, 1, new int[1]);
        Scalar white = Scalar.all(255);
        Point from = new Point(left, top);
        Point to =
            new Point(left + size.width() + 2 * MARGIN - 1, top + size.height() + 2 * MARGIN - 1);
        Point baseline = new Point(left + MARGIN, top + MARGIN + size.height())) {
      opencv_imgproc.rectangle(
          pixels, from, to, color, opencv_imgproc.FILLED, opencv_imgproc.LINE_8, 0);
      opencv_imgproc.putText(
          pixels, text, baseline, FONT, FONT_SCALE, white, 1, opencv_imgproc.LINE_8, false);
      return size.height() + 2 * MARGIN;
    }
  }
}
