package dev.penstock.worker.vision.yolo;

import dev.penstock.worker.vision.Outline.Polygon;
import dev.penstock.worker.vision.image.Placement;

/** A box that is turned, in pixels of the network's input. */
final class OrientedBox {
  private static final double EPSILON = 1e-7;

  private final float x;
  private final float y;
  private final float width;
  private final float height;
  private final float angle;
  private final float score;
  private final int classId;

  // The covariance of the normal distribution it stands for, and the determinant of that.
  private final double a;
  private final double b;
  private final double c;
  private final double determinant;

  /**
   * @param angle clockwise, in radians
   */
  OrientedBox(float x, float y, float width, float height, float angle, float score, int classId) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
    this.angle = angle;
    this.score = score;
    this.classId = classId;
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double along = (double) width * width / 12;
    double across = (double) height * height / 12;
    this.a = along * cos * cos + across * sin * sin;
    this.b = along * sin * sin + across * cos * cos;
    this.c = (along - across) * cos * sin;
    this.determinant = Math.max(0, a * b - c * c);
  }

  float score() {
    return score;
  }

  int classId() {
    return classId;
  }

  boolean isFinite() {
    return Float.isFinite(x + y + width + height) && Float.isFinite(angle + score);
  }

  /**
   * How alike two boxes are, 0 to 1: one minus the Hellinger distance of the normal distributions
   * that they stand for ("ProbIoU", arXiv 2106.06072), as Ultralytics suppresses with it.
   */
  double likeness(OrientedBox other) {
    double sumA = a + other.a;
    double sumB = b + other.b;
    double sumC = c + other.c;
    double dx = x - other.x;
    double dy = y - other.y;
    double both = sumA * sumB - sumC * sumC;
    double apart = 0.25 * (sumA * dy * dy + sumB * dx * dx) / (both + EPSILON);
    double turned = 0.5 * (sumC * -dx * dy) / (both + EPSILON);
    double sizes = both / (4 * Math.sqrt(determinant * other.determinant) + EPSILON) + EPSILON;
    double distance = Math.max(EPSILON, Math.min(100, apart + turned + 0.5 * Math.log(sizes)));
    return 1 - Math.sqrt(1 - Math.exp(-distance) + EPSILON);
  }

  /**
   * Its corners in the picture, which they may lie outside of, one after the other; halves are
   * rounded to the even neighbour.
   */
  Polygon corners(Placement placement) {
    float centreX = placement.freeX(x);
    float centreY = placement.freeY(y);
    double w = width / placement.scaleX() / 2;
    double h = height / placement.scaleY() / 2;
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    int[] xs = new int[4];
    int[] ys = new int[4];
    for (int corner = 0; corner < 4; corner++) {
      double along = corner == 0 || corner == 3 ? w : -w;
      double across = corner < 2 ? h : -h;
      xs[corner] = (int) Math.rint(centreX + along * cos - across * sin);
      ys[corner] = (int) Math.rint(centreY + along * sin + across * cos);
    }
    return new Polygon(xs, ys);
  }
}
