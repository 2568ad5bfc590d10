package dev.penstock.worker.vision.detector;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.image.ImageSize;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * DETR and YOLOS: centres and sides as shares {@code [queries, 4]}, and logits {@code [queries,
 * classes + 1]}, the last of which says that there is no object.
 */
final class SoftmaxQueries extends Detector {
  private static final int BOX = 4;

  SoftmaxQueries(ModelDescription model) {
    super(model);
  }

  @Override
  boolean fits(List<long[]> outputs) {
    return outputs.size() == 2
        && outputs.get(0).length == 3
        && isOrOpen(outputs.get(0)[2], BOX)
        && outputs.get(1).length == 3
        && isOrOpen(outputs.get(1)[2], model.classNames().size() + 1);
  }

  @Override
  String expected() {
    return "boxes [batch, queries, 4] and logits [batch, queries, %d]"
        .formatted(model.classNames().size() + 1);
  }

  @Override
  List<FoundBox> found(
      List<Tensor> outputs, ImageSize seen, float threshold, JobParameters parameters) {
    FloatBuffer boxes = outputs.get(0).values();
    FloatBuffer logits = outputs.get(1).values();
    int rows = outputs.get(1).shape()[0];
    int columns = outputs.get(1).shape()[1];
    var found = new ArrayList<FoundBox>();
    for (int row = 0; row < rows; row++) {
      int best = best(logits, row * columns, columns - 1);
      found.add(
          FoundBox.centred(
              boxes.get(BOX * row),
              boxes.get(BOX * row + 1),
              boxes.get(BOX * row + 2),
              boxes.get(BOX * row + 3),
              share(logits, row * columns, columns, best),
              best,
              seen));
    }
    return found;
  }

  private static int best(FloatBuffer logits, int from, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (logits.get(from + i) > logits.get(from + best)) {
        best = i;
      }
    }
    return best;
  }

  private static float share(FloatBuffer logits, int from, int count, int which) {
    float largest = logits.get(from + best(logits, from, count));
    float sum = 0;
    for (int i = 0; i < count; i++) {
      sum += (float) Math.exp(logits.get(from + i) - largest);
    }
    return (float) Math.exp(logits.get(from + which) - largest) / sum;
  }
}
