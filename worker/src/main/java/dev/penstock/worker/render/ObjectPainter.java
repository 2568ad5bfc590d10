package dev.penstock.worker.render;

import dev.penstock.job.Drawing;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.Keypoint;
import dev.penstock.worker.vision.Outline;
import dev.penstock.worker.vision.Outline.Polygon;
import java.util.Locale;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Draws what belongs to one object: its outline, its key-points, and its box with its name in the
 * box's upper left corner, last because it has to stay readable.
 */
final class ObjectPainter implements AutoCloseable {
  private final Mat pixels;
  private final Drawing drawing;

  /** #4892EA for every class: the reference looks its palette up under the wrong key. */
  private final Scalar color = new Scalar(0xEA, 0x92, 0x48, 0);

  /** The reference takes blue for red here, which happens to set labels off from boxes. */
  private final Scalar labelColor = new Scalar(0x48, 0x92, 0xEA, 0);

  /**
   * @param pixels blue, green, red; are drawn on
   */
  ObjectPainter(Mat pixels, Drawing drawing) {
    this.pixels = pixels;
    this.drawing = drawing;
  }

  /** With the label, when labels are asked for. */
  void box(Detection detection) {
    try (Point from = new Point(detection.left(), detection.top());
        Point to = new Point(detection.right(), detection.bottom())) {
      opencv_imgproc.rectangle(pixels, from, to, color, drawing.stroke(), opencv_imgproc.LINE_8, 0);
    }
    if (drawing.labels()) {
      label(detection);
    }
  }

  /** A mask in run lengths has no corners: the reference draws the box alone. */
  void outline(Outline outline) {
    if (!(outline instanceof Polygon polygon) || polygon.x().length < 3) {
      return;
    }
    int corners = polygon.x().length;
    int[] points = new int[2 * corners];
    for (int i = 0; i < corners; i++) {
      points[2 * i] = polygon.x()[i];
      points[2 * i + 1] = polygon.y()[i];
    }
    try (var data = new IntPointer(points);
        var line = new Mat(corners, 1, opencv_core.CV_32SC2, data);
        var lines = new MatVector(line)) {
      opencv_imgproc.polylines(
          pixels, lines, true, color, drawing.stroke(), opencv_imgproc.LINE_8, 0);
    }
  }

  void keypoint(Keypoint keypoint) {
    try (Point center = new Point(keypoint.x(), keypoint.y())) {
      opencv_imgproc.circle(
          pixels, center, drawing.stroke(), color, opencv_imgproc.FILLED, opencv_imgproc.LINE_8, 0);
    }
  }

  private void label(Detection detection) {
    String text =
        String.format(Locale.ROOT, "%s %.2f", detection.className(), detection.confidence());
    Button.draw(pixels, detection.left(), detection.top(), text, labelColor);
  }

  @Override
  public void close() {
    color.close();
    labelColor.close();
  }
}
