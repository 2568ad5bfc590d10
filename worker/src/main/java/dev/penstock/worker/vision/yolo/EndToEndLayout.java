package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The layout of networks that suppress by themselves: {@code [candidates, 6 + extras]}, columns
 * left, top, right, bottom in pixels of the input, score, class id, then the extras. YOLO26 and
 * YOLOv10 are made so, others are exported so.
 */
final class EndToEndLayout implements CandidateLayout {
  private static final int SCORE = 4;
  private static final int CLASS_ID = 5;
  private static final int COLUMNS = 6;

  private final int extras;
  private final boolean limited;

  private EndToEndLayout(int extras, boolean limited) {
    this.extras = extras;
    this.limited = limited;
  }

  /** Every row with a score of at least the threshold; no limit of the request has an effect. */
  static CandidateLayout keepingAll(int extras) {
    return new EndToEndLayout(extras, false);
  }

  /** YOLOv10: the first rows with a score above the threshold, as many as the request wants. */
  static CandidateLayout limited() {
    return new EndToEndLayout(0, true);
  }

  @Override
  public String describe() {
    return "[batch, candidates, %d]".formatted(COLUMNS + extras);
  }

  @Override
  public boolean fits(List<long[]> outputs) {
    long columns = outputs.get(0).length == 3 ? outputs.get(0)[2] : 0;
    return columns == -1 || columns == COLUMNS + extras;
  }

  @Override
  public List<Candidate> candidates(
      List<Tensor> outputs, float threshold, JobParameters parameters) {
    FloatBuffer values = outputs.get(0).values();
    int rows = outputs.get(0).shape()[0];
    int columns = outputs.get(0).shape()[1];
    int limit = limited ? parameters.maxDetections() : rows;
    var kept = new ArrayList<Candidate>();
    for (int row = 0; row < rows && kept.size() < limit; row++) {
      int at = row * columns;
      float score = values.get(at + SCORE);
      if (limited ? score > threshold : score >= threshold) {
        add(kept, values, at, row);
      }
    }
    return kept;
  }

  private static void add(List<Candidate> kept, FloatBuffer values, int at, int row) {
    var candidate =
        new Candidate(
            values.get(at),
            values.get(at + 1),
            values.get(at + 2),
            values.get(at + 3),
            values.get(at + SCORE),
            (int) values.get(at + CLASS_ID),
            row);
    float sum = candidate.left() + candidate.top() + candidate.right() + candidate.bottom();
    if (Float.isFinite(sum + candidate.score())) {
      kept.add(candidate);
    }
  }

  @Override
  public void extras(List<Tensor> outputs, int row, float[] extras) {
    int columns = outputs.get(0).shape()[1];
    outputs.get(0).values().get(row * columns + COLUMNS, extras);
  }

  @Override
  public @Nullable String doubt(List<Tensor> outputs, NetworkInput input) {
    FloatBuffer values = outputs.get(0).values();
    int columns = outputs.get(0).shape()[1];
    var rows = new Plausibility(input.width(), input.height());
    for (int at = 0; at < outputs.get(0).shape()[0] * columns; at += columns) {
      // The rest is padding.
      if (values.get(at + SCORE) != 0) {
        rows.corners(values.get(at), values.get(at + 1), values.get(at + 2), values.get(at + 3));
        rows.score(values.get(at + SCORE));
        rows.classId(values.get(at + CLASS_ID));
      }
    }
    return rows.doubt(/* spread= */ false);
  }
}
