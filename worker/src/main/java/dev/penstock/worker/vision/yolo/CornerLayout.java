package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Boxes by their corners in one output and scores in others. YOLO-NAS: {@code [candidates, 4]} and
 * {@code [candidates, classes]}. YOLOLite: {@code [candidates, 4]}, objectness {@code [candidates,
 * 1]} and {@code [candidates, classes]} as logits, the score of a class being the product of both
 * probabilities; its exports with suppression inside have {@link EndToEndLayout} instead.
 */
final class CornerLayout implements CandidateLayout {
  private final int classes;
  private final boolean logits;

  private CornerLayout(int classes, boolean logits) {
    this.classes = classes;
    this.logits = logits;
  }

  static CandidateLayout yoloNas(ModelDescription model) {
    return new CornerLayout(model.classNames().size(), false);
  }

  static CandidateLayout yoloLite(ModelDescription model) {
    return model.postProcessing().fused()
        ? EndToEndLayout.keepingAll(0)
        : new CornerLayout(model.classNames().size(), true);
  }

  @Override
  public String describe() {
    return (logits ? "[batch, candidates, 4], [batch, candidates, 1]" : "[batch, candidates, 4]")
        + " and [batch, candidates, %d]".formatted(classes);
  }

  @Override
  public boolean fits(List<long[]> outputs) {
    int scores = logits ? 2 : 1;
    return outputs.size() > scores
        && endsIn(outputs.get(0), 4, 4)
        && (!logits || endsIn(outputs.get(1), 1, 1))
        && endsIn(outputs.get(scores), 1, classes);
  }

  private static boolean endsIn(long[] shape, int least, int most) {
    return shape.length == 3 && (shape[2] == -1 || (shape[2] >= least && shape[2] <= most));
  }

  @Override
  public List<Candidate> candidates(
      List<Tensor> outputs, float threshold, JobParameters parameters) {
    FloatBuffer corners = outputs.get(0).values();
    int candidates = outputs.get(0).shape()[0];
    var boxes = new Boxes(parameters.classAgnosticNms());
    for (int i = 0; i < candidates; i++) {
      Scores best = logits ? product(outputs, i, threshold) : plain(outputs, i);
      if (best.score() > threshold && Float.isFinite(best.score())) {
        boxes.add(
            corners.get(4 * i),
            corners.get(4 * i + 1),
            corners.get(4 * i + 2),
            corners.get(4 * i + 3),
            best.score(),
            best.classId(),
            i);
      }
    }
    return boxes.best(parameters.iouThreshold(), parameters.maxDetections());
  }

  private static Scores plain(List<Tensor> outputs, int candidate) {
    Tensor scores = outputs.get(1);
    int classes = scores.shape()[1];
    return Scores.best(scores.values(), candidate * classes, classes);
  }

  /** The best logit has the best score, but where scores meet at 1 an earlier class has it, too. */
  private static Scores product(List<Tensor> outputs, int candidate, float threshold) {
    Tensor scores = outputs.get(2);
    int classes = scores.shape()[1];
    int from = candidate * classes;
    Scores best = Scores.best(scores.values(), from, classes);
    float objectness = Sigmoid.of(outputs.get(1).values().get(candidate));
    float score = objectness * Sigmoid.of(best.score());
    int classId = score > threshold ? 0 : best.classId();
    while (classId < best.classId()
        && objectness * Sigmoid.of(scores.values().get(from + classId)) != score) {
      classId++;
    }
    return new Scores(score, classId);
  }

  @Override
  public void extras(List<Tensor> outputs, int row, float[] extras) {
    throw new UnsupportedOperationException("detectors have nothing beside boxes and scores");
  }
}
