package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The layout of YOLOX: {@code [candidates, 5 + classes]}, one candidate for each cell of the grids,
 * finest grid first and row by row; columns centre x and y as an offset in cells, width and height
 * as logarithms of cells, objectness, one score for each class. A score is the product of both. Its
 * export tool can also put the decoding into the network ({@code --decode_in_inference}): then the
 * columns are pixels, which shows in centres that lie all over the input.
 */
final class YoloxLayout implements CandidateLayout {
  private static final int OBJECTNESS = 4;
  private static final int FIRST_SCORE = 5;
  private static final int[] STRIDES = {8, 16, 32};

  private final int classes;
  private final int width;
  private final int height;

  YoloxLayout(ModelDescription model) {
    this.classes = model.classNames().size();
    this.width = model.input().width();
    this.height = model.input().height();
  }

  @Override
  public String describe() {
    return "[batch, %d, %d]".formatted(cells(), FIRST_SCORE + classes);
  }

  private int cells() {
    int cells = 0;
    for (int stride : STRIDES) {
      cells += columns(stride) * rows(stride);
    }
    return cells;
  }

  private int columns(int stride) {
    return (width + stride - 1) / stride;
  }

  private int rows(int stride) {
    return (height + stride - 1) / stride;
  }

  @Override
  public boolean fits(List<long[]> outputs) {
    long[] shape = outputs.get(0);
    return shape.length == 3
        && (shape[1] == -1 || shape[1] == cells())
        && (shape[2] == -1 || shape[2] == FIRST_SCORE + classes);
  }

  @Override
  public List<Candidate> candidates(
      List<Tensor> outputs, float threshold, JobParameters parameters) {
    FloatBuffer values = outputs.get(0).values();
    boolean decoded = isDecoded(outputs.get(0));
    var boxes = new Boxes(parameters.classAgnosticNms());
    int i = 0;
    for (int stride : STRIDES) {
      for (int cell = 0; cell < columns(stride) * rows(stride); cell++, i++) {
        int at = i * (FIRST_SCORE + classes);
        Scores best = Scores.best(values, at + FIRST_SCORE, classes);
        float score = values.get(at + OBJECTNESS) * best.score();
        if (score > threshold && Float.isFinite(score)) {
          Box box = decoded ? Box.read(values, at) : box(values, at, cell, stride);
          boxes.addCentred(box.x(), box.y(), box.width(), box.height(), score, best.classId(), i);
        }
      }
    }
    return boxes.best(parameters.iouThreshold(), parameters.maxDetections());
  }

  /** A box by its centre. */
  private record Box(float x, float y, float width, float height) {
    static Box read(FloatBuffer values, int at) {
      return new Box(values.get(at), values.get(at + 1), values.get(at + 2), values.get(at + 3));
    }
  }

  private Box box(FloatBuffer values, int at, int cell, int stride) {
    int column = cell % columns(stride);
    int row = cell / columns(stride);
    return new Box(
        (values.get(at) + column) * stride,
        (values.get(at + 1) + row) * stride,
        (float) Math.exp(values.get(at + 2)) * stride,
        (float) Math.exp(values.get(at + 3)) * stride);
  }

  /** Offsets within cells never come near the middle of the input. */
  private boolean isDecoded(Tensor output) {
    float farthest = 0;
    for (int at = 0; at < output.shape()[0] * output.shape()[1]; at += output.shape()[1]) {
      float x = output.values().get(at) / width;
      float y = output.values().get(at + 1) / height;
      farthest = Float.isFinite(x + y) ? Math.max(farthest, Math.max(x, y)) : farthest;
    }
    return farthest > 0.5f;
  }

  @Override
  public void extras(List<Tensor> outputs, int row, float[] extras) {
    throw new UnsupportedOperationException("detectors have nothing beside boxes and scores");
  }

  @Override
  public @Nullable String doubt(List<Tensor> outputs, NetworkInput input) {
    FloatBuffer values = outputs.get(0).values();
    boolean decoded = isDecoded(outputs.get(0));
    var found = new Plausibility(width, height);
    int i = 0;
    for (int stride : STRIDES) {
      for (int cell = 0; cell < columns(stride) * rows(stride); cell++, i++) {
        int at = i * (FIRST_SCORE + classes);
        Box box = decoded ? Box.read(values, at) : box(values, at, cell, stride);
        found.centred(box.x(), box.y(), box.width(), box.height());
        found.score(values.get(at + OBJECTNESS));
        found.score(values.get(at + FIRST_SCORE));
      }
    }
    return found.doubt(/* spread= */ true);
  }
}
