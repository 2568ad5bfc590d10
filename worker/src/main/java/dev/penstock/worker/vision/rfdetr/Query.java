package dev.penstock.worker.vision.rfdetr;

import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.image.Placement;

/**
 * One class that one query of the network saw.
 *
 * @param row of the outputs
 * @param x centre of the box, as a share of the width of what the network saw
 * @param y centre, as a share of the height
 * @param width as a share
 * @param height as a share
 */
record Query(
    int row,
    int classId,
    String className,
    float score,
    float x,
    float y,
    float width,
    float height) {

  /** The box in the picture; halves are rounded to the even neighbour. */
  Detection detection(Placement placement) {
    int frameWidth = placement.network().width();
    int frameHeight = placement.network().height();
    return new Detection(
        (int) Math.rint(placement.imageX((x - 0.5f * width) * frameWidth)),
        (int) Math.rint(placement.imageY((y - 0.5f * height) * frameHeight)),
        (int) Math.rint(placement.imageX((x + 0.5f * width) * frameWidth)),
        (int) Math.rint(placement.imageY((y + 0.5f * height) * frameHeight)),
        score,
        classId,
        className);
  }

  boolean isFinite() {
    return Float.isFinite(x + y + width + height) && Float.isFinite(score);
  }
}
