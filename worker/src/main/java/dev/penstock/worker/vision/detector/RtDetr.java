package dev.penstock.worker.vision.detector;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.image.ImageSize;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * RT-DETR as Ultralytics exports it: {@code [queries, 6]} with centre x, centre y, width and height
 * as shares, score and class id; of versions before that {@code [queries, 4 + classes]} with a
 * score for each class. With two classes both have six columns: then it is the former if all class
 * ids are 0 or 1 and the scores fall from row to row.
 */
final class RtDetr extends Detector {
  private static final int BOX = 4;
  private static final int COLUMNS = 6;

  RtDetr(ModelDescription model) {
    super(model);
  }

  @Override
  boolean fits(List<long[]> outputs) {
    long[] shape = outputs.get(0);
    return shape.length == 3
        && (isOrOpen(shape[2], COLUMNS) || shape[2] == BOX + model.classNames().size());
  }

  @Override
  String expected() {
    return "[batch, queries, 6] or [batch, queries, %d]".formatted(BOX + model.classNames().size());
  }

  @Override
  List<FoundBox> found(
      List<Tensor> outputs, ImageSize seen, float threshold, JobParameters parameters) {
    FloatBuffer values = outputs.get(0).values();
    int rows = outputs.get(0).shape()[0];
    int columns = outputs.get(0).shape()[1];
    boolean best = hasBestClass(values, rows, columns);
    var found = new ArrayList<FoundBox>();
    for (int row = 0; row < rows; row++) {
      int at = row * columns;
      int classId = best ? (int) values.get(at + BOX + 1) : bestClass(values, at, columns);
      found.add(
          FoundBox.centred(
              values.get(at),
              values.get(at + 1),
              values.get(at + 2),
              values.get(at + 3),
              values.get(at + BOX + (best ? 0 : classId)),
              classId,
              seen));
    }
    return found;
  }

  private boolean hasBestClass(FloatBuffer values, int rows, int columns) {
    if (columns != COLUMNS || model.classNames().size() != COLUMNS - BOX) {
      return columns == COLUMNS;
    }
    float last = Float.POSITIVE_INFINITY;
    for (int row = 0; row < rows; row++) {
      float score = values.get(row * columns + BOX);
      float classId = values.get(row * columns + BOX + 1);
      if (!(score <= last) || (classId != 0 && classId != 1)) {
        return false;
      }
      last = score;
    }
    return true;
  }

  private static int bestClass(FloatBuffer values, int at, int columns) {
    int best = 0;
    for (int classId = 1; classId < columns - BOX; classId++) {
      if (values.get(at + BOX + classId) > values.get(at + BOX + best)) {
        best = classId;
      }
    }
    return best;
  }
}
