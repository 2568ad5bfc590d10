package dev.penstock.worker.render;

import dev.penstock.job.Drawing;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Predictions.Detections;
import dev.penstock.worker.vision.image.Picture;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Draws predictions onto their picture as the reference server does. */
public final class PredictionPainter {
  private static final int JPEG_QUALITY = 90;

  private PredictionPainter() {}

  /**
   * Draws and encodes.
   *
   * @param picture is drawn on
   * @return a JPEG
   */
  public static byte[] jpeg(Picture picture, Predictions predictions, Drawing drawing) {
    if (predictions instanceof Detections detections) {
      // #4892EA for every class: the reference looks its palette up under the wrong key.
      try (Scalar color = new Scalar(0xEA, 0x92, 0x48, 0)) {
        for (Detection detection : detections.found()) {
          box(picture.pixels(), detection, color, drawing.stroke());
        }
      }
    }
    return encode(picture.pixels());
  }

  private static void box(Mat pixels, Detection detection, Scalar color, int stroke) {
    try (Point from = new Point(detection.left(), detection.top());
        Point to = new Point(detection.right(), detection.bottom())) {
      opencv_imgproc.rectangle(pixels, from, to, color, stroke, opencv_imgproc.LINE_8, 0);
    }
  }

  private static byte[] encode(Mat pixels) {
    try (var quality = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, JPEG_QUALITY);
        var encoded = new BytePointer()) {
      opencv_imgcodecs.imencode(".jpg", pixels, encoded, quality);
      byte[] jpeg = new byte[Math.toIntExact(encoded.limit())];
      encoded.get(jpeg);
      return jpeg;
    }
  }
}
