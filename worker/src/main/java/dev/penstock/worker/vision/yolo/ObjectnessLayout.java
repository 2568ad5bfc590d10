package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The layout of YOLOv5 and YOLOv7: {@code [candidates, 5 + classes + extras]}, columns centre x,
 * centre y, width, height in pixels of the input, objectness, one score for each class, then the
 * extras. What the reference makes of the objectness is kept, as the answers are to be the same: it
 * never multiplies it with the scores, and in segmentation takes it for the first of the classes,
 * so that ids and names are shifted by one.
 */
final class ObjectnessLayout implements CandidateLayout {
  private static final int OBJECTNESS = 4;

  private final int classes;
  private final int extras;
  private final int firstScore;
  private final boolean gatedByObjectness;

  private ObjectnessLayout(int classes, int extras, int firstScore, boolean gatedByObjectness) {
    this.classes = classes;
    this.extras = extras;
    this.firstScore = firstScore;
    this.gatedByObjectness = gatedByObjectness;
  }

  /** YOLOv5 detection: the objectness has to pass the threshold, the best class is the score. */
  static CandidateLayout detection(ModelDescription model) {
    return new ObjectnessLayout(model.classNames().size(), 0, OBJECTNESS + 1, true);
  }

  /** YOLOv5 segmentation: the objectness has to pass the threshold and counts as a class. */
  static CandidateLayout segmentation(ModelDescription model, int extras) {
    return new ObjectnessLayout(model.classNames().size(), extras, OBJECTNESS, true);
  }

  /** YOLOv7 segmentation: the best class, or the objectness, has to pass the threshold. */
  static CandidateLayout bestScore(ModelDescription model, int extras) {
    return new ObjectnessLayout(model.classNames().size(), extras, OBJECTNESS, false);
  }

  @Override
  public String describe() {
    return "[batch, candidates, %d]".formatted(OBJECTNESS + 1 + classes + extras);
  }

  @Override
  public boolean fits(List<long[]> outputs) {
    long columns = outputs.get(0).length == 3 ? outputs.get(0)[2] : 0;
    long scores = columns - OBJECTNESS - 1 - extras;
    return columns == -1 || (scores > 0 && scores <= classes);
  }

  @Override
  public List<Candidate> candidates(
      List<Tensor> outputs, float threshold, JobParameters parameters) {
    FloatBuffer values = outputs.get(0).values();
    int candidates = outputs.get(0).shape()[0];
    int columns = outputs.get(0).shape()[1];
    var boxes = new Boxes(parameters.classAgnosticNms());
    for (int i = 0; i < candidates; i++) {
      int at = i * columns;
      if (gatedByObjectness && !(values.get(at + OBJECTNESS) > threshold)) {
        continue;
      }
      Scores best = Scores.best(values, at + firstScore, columns - firstScore - extras);
      if (Float.isFinite(best.score()) && (gatedByObjectness || best.score() > threshold)) {
        boxes.addCentred(
            values.get(at),
            values.get(at + 1),
            values.get(at + 2),
            values.get(at + 3),
            best.score(),
            best.classId(),
            i);
      }
    }
    return boxes.best(parameters.iouThreshold(), parameters.maxDetections());
  }

  @Override
  public void extras(List<Tensor> outputs, int row, float[] extras) {
    int columns = outputs.get(0).shape()[1];
    outputs.get(0).values().get((row + 1) * columns - extras.length, extras);
  }
}
