package dev.penstock.worker.vision.mask;

import dev.penstock.worker.vision.Outline.Polygon;
import dev.penstock.worker.vision.image.OpenCv;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Point;

/** The outline of a mask: of its outer contours the one with the most points. */
final class PolygonTracer {
  private PolygonTracer() {}

  /** No points when nothing is covered. */
  static Polygon trace(Mask mask) {
    if (mask.covered().length == 0) {
      return new Polygon(new int[0], new int[0]);
    }
    OpenCv.load();
    try (var bytes = new BytePointer(mask.covered());
        var pixels = new Mat(mask.height(), mask.width(), opencv_core.CV_8UC1, bytes);
        var contours = new MatVector();
        var offset = new Point(mask.left(), mask.top())) {
      opencv_imgproc.findContours(
          pixels,
          contours,
          opencv_imgproc.RETR_EXTERNAL,
          opencv_imgproc.CHAIN_APPROX_SIMPLE,
          offset);
      return longest(contours);
    }
  }

  private static Polygon longest(MatVector contours) {
    int[] points = new int[0];
    for (long i = 0; i < contours.size(); i++) {
      try (Mat contour = contours.get(i)) {
        if (2 * contour.total() > points.length) {
          points = new int[2 * (int) contour.total()];
          contour.<IntBuffer>createBuffer().get(points);
        }
      }
    }
    int[] x = new int[points.length / 2];
    int[] y = new int[points.length / 2];
    for (int i = 0; i < x.length; i++) {
      x[i] = points[2 * i];
      y[i] = points[2 * i + 1];
    }
    return new Polygon(x, y);
  }
}
