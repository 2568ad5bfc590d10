package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The layout of PicoDet without its post-processing: for each of its grids, finest first, scores
 * {@code [cells, classes]}, and behind all of those, for each grid again, {@code [cells, 4 × 8]}:
 * how likely the left, upper, right and lower edge are 0 to 7 cells away from the middle of the
 * cell.
 */
final class PicoDetLayout implements CandidateLayout {
  private static final int[] STRIDES = {8, 16, 32, 64};
  private static final int EDGES = 4;
  private static final int BINS = 8;

  private final int classes;
  private final int width;
  private final int height;

  PicoDetLayout(ModelDescription model) {
    this.classes = model.classNames().size();
    this.width = model.input().width();
    this.height = model.input().height();
  }

  @Override
  public String describe() {
    return "four times [batch, cells, %d] and four times [batch, cells, %d]"
        .formatted(classes, EDGES * BINS);
  }

  @Override
  public boolean fits(List<long[]> outputs) {
    boolean fits = outputs.size() == 2 * STRIDES.length;
    for (int grid = 0; fits && grid < STRIDES.length; grid++) {
      fits =
          isHead(outputs.get(grid), cells(grid), classes)
              && isHead(outputs.get(STRIDES.length + grid), cells(grid), EDGES * BINS);
    }
    return fits;
  }

  private static boolean isHead(long[] shape, int cells, int numbers) {
    return shape.length == 3
        && (shape[1] == -1 || shape[1] == cells)
        && (shape[2] == -1 || shape[2] == numbers);
  }

  private int columns(int grid) {
    return (width + STRIDES[grid] - 1) / STRIDES[grid];
  }

  private int cells(int grid) {
    return columns(grid) * ((height + STRIDES[grid] - 1) / STRIDES[grid]);
  }

  @Override
  public List<Candidate> candidates(
      List<Tensor> outputs, float threshold, JobParameters parameters) {
    var boxes = new Boxes(parameters.classAgnosticNms());
    int row = 0;
    for (int grid = 0; grid < STRIDES.length; grid++) {
      FloatBuffer scores = outputs.get(grid).values();
      FloatBuffer edges = outputs.get(STRIDES.length + grid).values();
      for (int cell = 0; cell < cells(grid); cell++) {
        Scores best = Scores.best(scores, cell * classes, classes);
        if (best.score() > threshold && Float.isFinite(best.score())) {
          add(boxes, edges, grid, cell, best, row + cell);
        }
      }
      row += cells(grid);
    }
    return boxes.best(parameters.iouThreshold(), parameters.maxDetections());
  }

  private void add(Boxes boxes, FloatBuffer edges, int grid, int cell, Scores best, int row) {
    int stride = STRIDES[grid];
    float x = (cell % columns(grid) + 0.5f) * stride;
    int line = cell / columns(grid);
    float y = (line + 0.5f) * stride;
    int at = cell * EDGES * BINS;
    boxes.add(
        x - stride * distance(edges, at),
        y - stride * distance(edges, at + BINS),
        x + stride * distance(edges, at + 2 * BINS),
        y + stride * distance(edges, at + 3 * BINS),
        best.score(),
        best.classId(),
        row);
  }

  /** What is to be expected of the distances, by the softmax of their logits. */
  private static float distance(FloatBuffer edges, int at) {
    float largest = edges.get(at);
    for (int bin = 1; bin < BINS; bin++) {
      largest = Math.max(largest, edges.get(at + bin));
    }
    float sum = 0;
    float expected = 0;
    for (int bin = 0; bin < BINS; bin++) {
      float weight = (float) Math.exp(edges.get(at + bin) - largest);
      sum += weight;
      expected += bin * weight;
    }
    return expected / sum;
  }

  @Override
  public void extras(List<Tensor> outputs, int row, float[] extras) {
    throw new UnsupportedOperationException("detectors have nothing beside boxes and scores");
  }
}
