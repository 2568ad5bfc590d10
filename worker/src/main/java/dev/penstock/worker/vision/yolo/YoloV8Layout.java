package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The layout of YOLOv8, 9, 11 and 12: {@code [4 + classes + extras, candidates]}, rows centre x,
 * centre y, width, height in pixels of the input, one score for each class, then the extras. An
 * export with suppression inside has {@link EndToEndLayout} instead.
 */
final class YoloV8Layout implements CandidateLayout {
  private static final int BOX_ROWS = 4;

  private final int classes;
  private final int extras;

  private YoloV8Layout(int classes, int extras) {
    this.classes = classes;
    this.extras = extras;
  }

  /**
   * @param extras numbers that belong to each candidate beside box and scores
   */
  static CandidateLayout of(ModelDescription model, int extras) {
    return model.postProcessing().fused()
        ? EndToEndLayout.keepingAll(extras)
        : plain(model, extras);
  }

  /** Without suppression inside, whatever the package says. */
  static CandidateLayout plain(ModelDescription model, int extras) {
    return new YoloV8Layout(model.classNames().size(), extras);
  }

  @Override
  public String describe() {
    return "[batch, %d, candidates]".formatted(BOX_ROWS + classes + extras);
  }

  @Override
  public boolean fits(List<long[]> outputs) {
    long rows = outputs.get(0).length == 3 ? outputs.get(0)[1] : 0;
    long scores = rows - BOX_ROWS - extras;
    return rows == -1 || (scores > 0 && scores <= classes);
  }

  @Override
  public List<Candidate> candidates(
      List<Tensor> outputs, float threshold, JobParameters parameters) {
    FloatBuffer values = outputs.get(0).values();
    int candidates = outputs.get(0).shape()[1];
    int scores = outputs.get(0).shape()[0] - BOX_ROWS - extras;
    float[] best = bestScores(values, scores, candidates);
    var boxes = new Boxes(parameters.classAgnosticNms());
    for (int i = 0; i < candidates; i++) {
      if (best[i] > threshold && Float.isFinite(best[i])) {
        boxes.addCentred(
            values.get(i),
            values.get(candidates + i),
            values.get(2 * candidates + i),
            values.get(3 * candidates + i),
            best[i],
            classOf(values, scores, candidates, i, best[i]),
            i);
      }
    }
    return boxes.best(parameters.iouThreshold(), parameters.maxDetections());
  }

  /** Highest score of each candidate; row by row, because that is how they lie in memory. */
  private static float[] bestScores(FloatBuffer values, int scores, int candidates) {
    float[] best = new float[candidates];
    float[] row = new float[candidates];
    values.get(BOX_ROWS * candidates, best);
    for (int c = 1; c < scores; c++) {
      values.get((BOX_ROWS + c) * candidates, row);
      for (int i = 0; i < candidates; i++) {
        best[i] = Math.max(best[i], row[i]);
      }
    }
    return best;
  }

  private static int classOf(
      FloatBuffer values, int scores, int candidates, int candidate, float score) {
    int classId = 0;
    while (classId < scores - 1
        && values.get((BOX_ROWS + classId) * candidates + candidate) != score) {
      classId++;
    }
    return classId;
  }

  @Override
  public void extras(List<Tensor> outputs, int row, float[] extras) {
    FloatBuffer values = outputs.get(0).values();
    int candidates = outputs.get(0).shape()[1];
    int first = outputs.get(0).shape()[0] - extras.length;
    for (int i = 0; i < extras.length; i++) {
      extras[i] = values.get((first + i) * candidates + row);
    }
  }

  @Override
  public @Nullable String doubt(List<Tensor> outputs, NetworkInput input) {
    FloatBuffer values = outputs.get(0).values();
    int candidates = outputs.get(0).shape()[1];
    int scores = outputs.get(0).shape()[0] - BOX_ROWS - extras;
    float[] best = bestScores(values, scores, candidates);
    var rows = new Plausibility(input.width(), input.height());
    for (int i = 0; i < candidates; i++) {
      rows.centred(
          values.get(i),
          values.get(candidates + i),
          values.get(2 * candidates + i),
          values.get(3 * candidates + i));
      rows.score(best[i]);
    }
    return rows.doubt(/* spread= */ true);
  }
}
