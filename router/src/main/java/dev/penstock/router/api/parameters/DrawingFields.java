package dev.penstock.router.api.parameters;

import dev.penstock.job.Drawing;

/** How predictions are to be drawn. */
final class DrawingFields {
  /** OpenCV draws no thicker line. */
  private static final int THICKEST_LINE = 32767;

  private DrawingFields() {}

  static Drawing read(Fields fields, String labels, String stroke) {
    return new Drawing(fields.truth(labels, false), stroke(fields, stroke));
  }

  /** Line width in pixels. */
  static int stroke(Fields fields, String name) {
    return Math.max(1, Math.min(fields.count(name, 1), THICKEST_LINE));
  }
}
