package dev.penstock.worker.render;

import dev.penstock.job.Drawing;
import dev.penstock.worker.vision.ClassScore;
import dev.penstock.worker.vision.Predictions.ClassMap;
import dev.penstock.worker.vision.Predictions.Label;
import dev.penstock.worker.vision.Predictions.Labels;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Draws what belongs to a whole picture: the names of its classes in the upper left corner and a
 * frame, or a colour over each pixel that is not background.
 */
final class ClassPainter {
  private static final int[] PALETTE = {
    0xA351FB, 0xFF4040, 0xFFA1A0, 0xFF7633, 0xFFB633, 0xD1D435, 0x4CFB12,
    0x94CF1A, 0x40DE8A, 0x1B9640, 0x00D6C1, 0x2E9CAA, 0x00C4FF, 0x364797,
    0x6675FF, 0x0019EF, 0x863AFF, 0x530087, 0xCD3AFF, 0xFF97CA, 0xFF39C9
  };
  private static final int BLUE = 0x4892EA;
  private static final String BACKGROUND = "background";

  private final Mat pixels;
  private final Drawing drawing;

  /**
   * @param pixels blue, green, red; are drawn on
   */
  ClassPainter(Mat pixels, Drawing drawing) {
    this.pixels = pixels;
    this.drawing = drawing;
  }

  /** The best class in its colour; nothing when there is none. */
  void label(Label label) {
    for (ClassScore top : label.found().stream().limit(1).toList()) {
      try (Scalar color = scalar(color(top.classId()))) {
        frame(color);
        Button.draw(pixels, 0, 0, "%d - %s".formatted(top.classId(), text(top)), color);
      }
    }
  }

  /** All classes, the surest first. */
  void labels(Labels labels) {
    try (Scalar color = scalar(BLUE)) {
      frame(color);
      int top = 0;
      for (ClassScore score : surestFirst(labels.all())) {
        if (top < pixels.rows()) {
          top += Button.draw(pixels, 0, top, text(score), color);
        }
      }
    }
  }

  private static List<ClassScore> surestFirst(List<ClassScore> all) {
    return all.stream()
        .sorted(Comparator.comparingDouble(ClassScore::confidence).reversed())
        .toList();
  }

  /** Half the picture, half the colour of the class; names where labels are asked for. */
  void map(ClassMap map) {
    byte[] row = new byte[3 * map.size().width()];
    var present = new BitSet();
    for (int y = 0; y < map.size().height(); y++) {
      try (BytePointer line = pixels.ptr(y)) {
        line.get(row);
        for (int x = 0; x < map.size().width(); x++) {
          int classId = map.classIds()[y * map.size().width() + x] & 0xFF;
          if (!map.classNames().get(classId).equalsIgnoreCase(BACKGROUND)) {
            present.set(classId);
            blend(row, 3 * x, color(classId));
          }
        }
        line.put(row);
      }
    }
    if (drawing.labels()) {
      int top = 0;
      for (int classId : present.stream().toArray()) {
        try (Scalar color = scalar(color(classId))) {
          top += Button.draw(pixels, 0, top, map.classNames().get(classId), color);
        }
      }
    }
  }

  private static void blend(byte[] row, int at, int color) {
    for (int channel = 0; channel < 3; channel++) {
      int part = (color >> (8 * channel)) & 0xFF;
      row[at + channel] = (byte) (((row[at + channel] & 0xFF) + part) / 2);
    }
  }

  private void frame(Scalar color) {
    try (Point from = new Point(0, 0);
        Point to = new Point(pixels.cols() - 1, pixels.rows() - 1)) {
      opencv_imgproc.rectangle(pixels, from, to, color, drawing.stroke(), opencv_imgproc.LINE_8, 0);
    }
  }

  private static String text(ClassScore score) {
    return String.format(Locale.ROOT, "%s %.2f", score.className(), score.confidence());
  }

  private static int color(int classId) {
    return PALETTE[classId % PALETTE.length];
  }

  private static Scalar scalar(int color) {
    return new Scalar(color & 0xFF, (color >> 8) & 0xFF, color >> 16, 0);
  }
}
