package dev.penstock.model.export;

import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.DatasetSize;
import dev.penstock.model.ModelDescription.Normalization;
import dev.penstock.model.ModelDescription.ResizeMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a tool prepares pictures for the networks it exports.
 *
 * @param padding fills the rest of the input, 0 to 255
 * @param scale pixels are divided by it; null leaves them as they are
 * @param size what the shorter edge is scaled to before the middle is cut out, or null for the
 *     input's own
 */
record Preparation(
    ResizeMode resize,
    int padding,
    ColorMode color,
    @Nullable Double scale,
    @Nullable Normalization normalization,
    @Nullable DatasetSize size) {
  private static final int GREY = 114;
  private static final double PIXELS = 255;

  private static final Normalization IMAGENET =
      new Normalization(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

  /** Ultralytics, all tasks but classification. */
  static final Preparation LETTERBOX = plain(ResizeMode.LETTERBOX_ROUNDED, GREY);

  /** Ultralytics' classifiers. */
  static final Preparation SHORTER_EDGE = plain(ResizeMode.SHORTER_EDGE_CROP, 0);

  /** YOLOv5's classifiers. */
  static final Preparation SQUARE = normalized(ResizeMode.CENTER_SQUARE);

  /** YOLOX: blue first, not scaled, in the upper left corner. */
  static final Preparation YOLOX =
      new Preparation(ResizeMode.LETTERBOX_TOP_LEFT, GREY, ColorMode.BGR, null, null, null);

  /** RT-DETR as Ultralytics has it, and detectors of torchvision, which normalize inside. */
  static final Preparation STRETCH = plain(ResizeMode.STRETCH, 0);

  /** RT-DETR and D-FINE of their own repositories. */
  static final Preparation SMOOTH_STRETCH = plain(ResizeMode.STRETCH_ANTIALIASED, 0);

  /** RF-DETR. */
  static final Preparation NORMALIZED = normalized(ResizeMode.STRETCH);

  /** DETR and YOLOS. */
  static final Preparation SMOOTH_NORMALIZED = normalized(ResizeMode.STRETCH_ANTIALIASED);

  private static Preparation plain(ResizeMode resize, int padding) {
    return new Preparation(resize, padding, ColorMode.RGB, PIXELS, null, null);
  }

  private static Preparation normalized(ResizeMode resize) {
    return new Preparation(resize, 0, ColorMode.RGB, PIXELS, IMAGENET, null);
  }

  /** With another way to the size of the input. */
  Preparation resized(ResizeMode other) {
    return new Preparation(other, padding, color, scale, normalization, size);
  }

  /** Pixels as they are: a network that takes bytes scales them by itself. */
  Preparation ofBytes() {
    return new Preparation(resize, padding, color, null, null, size);
  }
}
