package dev.penstock.worker.render;

import dev.penstock.job.Drawing;
import dev.penstock.worker.vision.Posture;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Predictions.ClassMap;
import dev.penstock.worker.vision.Predictions.Detections;
import dev.penstock.worker.vision.Predictions.Label;
import dev.penstock.worker.vision.Predictions.Labels;
import dev.penstock.worker.vision.Predictions.Postures;
import dev.penstock.worker.vision.Predictions.Segments;
import dev.penstock.worker.vision.Segment;
import dev.penstock.worker.vision.image.Picture;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Draws predictions onto their picture as the reference server does. */
public final class PredictionPainter {
  /** In pixels; the format has 16 bits for a side and libjpeg stops a little before. */
  public static final int LONGEST_SIDE = 65_500;

  private static final int JPEG_QUALITY = 90;

  private PredictionPainter() {}

  /**
   * Draws and encodes.
   *
   * @param picture is drawn on; no side longer than {@link #LONGEST_SIDE}
   * @return a JPEG
   */
  public static byte[] jpeg(Picture picture, Predictions predictions, Drawing drawing) {
    var classes = new ClassPainter(picture.pixels(), drawing);
    try (var painter = new ObjectPainter(picture.pixels(), drawing)) {
      if (predictions instanceof Detections detections) {
        detections.found().forEach(painter::box);
      } else if (predictions instanceof Segments segments) {
        segments.found().forEach(segment -> draw(segment, painter));
      } else if (predictions instanceof Postures postures) {
        postures.found().forEach(posture -> draw(posture, painter));
      } else if (predictions instanceof Label label) {
        classes.label(label);
      } else if (predictions instanceof Labels labels) {
        classes.labels(labels);
      } else if (predictions instanceof ClassMap map) {
        classes.map(map);
      }
    }
    return encode(picture.pixels());
  }

  private static void draw(Segment segment, ObjectPainter painter) {
    painter.outline(segment.outline());
    painter.box(segment.detection());
  }

  private static void draw(Posture posture, ObjectPainter painter) {
    posture.keypoints().forEach(painter::keypoint);
    painter.box(posture.detection());
  }

  private static byte[] encode(Mat pixels) {
    try (var quality = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, JPEG_QUALITY);
        var encoded = new BytePointer()) {
      if (!opencv_imgcodecs.imencode(".jpg", pixels, encoded, quality)) {
        throw new IllegalStateException(
            "a picture of %d x %d pixels cannot be written as a JPEG"
                .formatted(pixels.cols(), pixels.rows()));
      }
      byte[] jpeg = new byte[Math.toIntExact(encoded.limit())];
      encoded.get(jpeg);
      return jpeg;
    }
  }
}
