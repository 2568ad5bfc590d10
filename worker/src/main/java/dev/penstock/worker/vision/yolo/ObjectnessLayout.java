package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The layout of YOLOv5 and YOLOv7: {@code [candidates, 5 + classes + extras]}, columns centre x,
 * centre y, width, height in pixels of the input, objectness, one score for each class, then the
 * extras. The tools themselves multiply objectness and score, and so it is for their exports. What
 * the reference makes of the objectness is kept for packages, as the answers are to be the same: it
 * never multiplies it with the scores, and in segmentation takes it for the first of the classes,
 * so that ids and names are shifted by one.
 */
final class ObjectnessLayout implements CandidateLayout {
  private static final int OBJECTNESS = 4;

  private final int classes;
  private final int extras;
  private final int firstScore;
  private final Use objectness;

  private ObjectnessLayout(int classes, int extras, int firstScore, Use objectness) {
    this.classes = classes;
    this.extras = extras;
    this.firstScore = firstScore;
    this.objectness = objectness;
  }

  /** What the objectness is for. */
  private enum Use {
    /** A score is the product of both, which has to pass the threshold. */
    FACTOR,
    /** It has to pass the threshold, and the scores need not. */
    GATE,
    /** Nothing beside being one of the scores. */
    SCORE
  }

  /** As the tools read it. */
  static CandidateLayout ofTool(ModelDescription model, int extras) {
    return new ObjectnessLayout(model.classNames().size(), extras, OBJECTNESS + 1, Use.FACTOR);
  }

  /** YOLOv5 detection: the objectness has to pass the threshold, the best class is the score. */
  static CandidateLayout detection(ModelDescription model) {
    return new ObjectnessLayout(model.classNames().size(), 0, OBJECTNESS + 1, Use.GATE);
  }

  /** YOLOv5 segmentation: the objectness has to pass the threshold and counts as a class. */
  static CandidateLayout segmentation(ModelDescription model, int extras) {
    return new ObjectnessLayout(model.classNames().size(), extras, OBJECTNESS, Use.GATE);
  }

  /** YOLOv7 segmentation: the best class, or the objectness, has to pass the threshold. */
  static CandidateLayout bestScore(ModelDescription model, int extras) {
    return new ObjectnessLayout(model.classNames().size(), extras, OBJECTNESS, Use.SCORE);
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
      float object = values.get(at + OBJECTNESS);
      if (objectness != Use.SCORE && !(object > threshold)) {
        continue;
      }
      Scores best = Scores.best(values, at + firstScore, columns - firstScore - extras);
      float score = objectness == Use.FACTOR ? object * best.score() : best.score();
      if (Float.isFinite(score) && (objectness == Use.GATE || score > threshold)) {
        boxes.addCentred(
            values.get(at),
            values.get(at + 1),
            values.get(at + 2),
            values.get(at + 3),
            score,
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

  @Override
  public @Nullable String doubt(List<Tensor> outputs, NetworkInput input) {
    FloatBuffer values = outputs.get(0).values();
    int columns = outputs.get(0).shape()[1];
    var rows = new Plausibility(input.width(), input.height());
    for (int at = 0; at < outputs.get(0).shape()[0] * columns; at += columns) {
      rows.centred(values.get(at), values.get(at + 1), values.get(at + 2), values.get(at + 3));
      rows.score(values.get(at + OBJECTNESS));
      rows.score(values.get(at + OBJECTNESS + 1));
    }
    return rows.doubt(/* spread= */ true);
  }
}
