package dev.penstock.worker.vision.detector;

import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;

/**
 * What a network found, its box in pixels of what it saw.
 *
 * @param score confidence
 * @param classId position in the list of class names; may lie beyond it
 */
record FoundBox(float left, float top, float right, float bottom, float score, int classId) {

  /** By centre and sides, as shares of what the network saw. */
  static FoundBox centred(
      float x, float y, float width, float height, float score, int classId, ImageSize seen) {
    return new FoundBox(
        (x - 0.5f * width) * seen.width(),
        (y - 0.5f * height) * seen.height(),
        (x + 0.5f * width) * seen.width(),
        (y + 0.5f * height) * seen.height(),
        score,
        classId);
  }

  boolean isFinite() {
    return Float.isFinite(left + top + right + bottom) && Float.isFinite(score);
  }

  /** A class without a name goes by its number. */
  String className(ModelDescription model) {
    return classId >= 0 && classId < model.classNames().size()
        ? model.classNames().get(classId)
        : Integer.toString(classId);
  }

  /** The box in the picture; halves are rounded to the even neighbour. */
  Detection detection(Placement placement, ModelDescription model) {
    return new Detection(
        (int) Math.rint(placement.imageX(left)),
        (int) Math.rint(placement.imageY(top)),
        (int) Math.rint(placement.imageX(right)),
        (int) Math.rint(placement.imageY(bottom)),
        score,
        classId,
        className(model));
  }
}
