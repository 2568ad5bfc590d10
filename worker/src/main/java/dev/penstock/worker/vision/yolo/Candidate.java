package dev.penstock.worker.vision.yolo;

import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.image.Placement;

/**
 * An object that a network proposes and that passed the threshold and the suppression, its box in
 * pixels of the network's input.
 *
 * @param left finite, as the other edges
 * @param score confidence
 * @param classId position in the list of class names; may lie beyond it
 * @param row where the rest of it lies in the outputs
 */
record Candidate(
    float left, float top, float right, float bottom, float score, int classId, int row) {

  /** A class without a name goes by its number, as in the reference. */
  String className(ModelDescription model) {
    return classId >= 0 && classId < model.classNames().size()
        ? model.classNames().get(classId)
        : Integer.toString(classId);
  }

  /** The box in the picture; halves are rounded to the even neighbour. */
  Detection detection(Placement placement, String className) {
    return new Detection(
        (int) Math.rint(placement.imageX(left)),
        (int) Math.rint(placement.imageY(top)),
        (int) Math.rint(placement.imageX(right)),
        (int) Math.rint(placement.imageY(bottom)),
        score,
        classId,
        className);
  }
}
