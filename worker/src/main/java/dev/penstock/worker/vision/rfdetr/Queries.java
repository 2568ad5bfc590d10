package dev.penstock.worker.vision.rfdetr;

import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Boxes {@code [queries, 4]} and logits {@code [queries, classes]} of RF-DETR: of all scores those
 * count that are among as many highest as there are queries, so that one query may see several
 * classes. Classes without a name, and those the package removes, are left out.
 */
final class Queries {
  private static final int BOX = 4;

  private final ModelDescription model;
  private final int[] classIds;

  Queries(ModelDescription model) {
    this.model = model;
    this.classIds = new int[model.classNames().size()];
    int next = 0;
    for (int i = 0; i < classIds.length; i++) {
      boolean removed = model.postProcessing().removedClasses().contains(model.classNames().get(i));
      classIds[i] = removed ? -1 : next++;
    }
  }

  /**
   * @param masks whether a third output {@code [batch, queries, height, width]} is needed
   * @throws UnsupportedModelException when the outputs are others
   */
  void check(List<long[]> outputs, boolean masks) throws UnsupportedModelException {
    boolean fits =
        outputs.size() >= (masks ? 3 : 2)
            && outputs.get(0).length == 3
            && (outputs.get(0)[2] == BOX || outputs.get(0)[2] <= 0)
            && outputs.get(1).length == 3
            && (!masks || outputs.get(2).length == 4);
    if (!fits) {
      throw new UnsupportedModelException(
          "the network answers %s but rfdetr should answer [batch, queries, 4], [batch, queries,"
                  .formatted(outputs.stream().map(Arrays::toString).toList())
              + " classes]%s; check model_architecture and task_type"
                  .formatted(masks ? " and [batch, queries, height, width]" : ""));
    }
  }

  /** Highest score first. */
  List<Query> over(float threshold, Tensor boxes, Tensor logits) {
    int classes = logits.shape()[1];
    float[] scores = new float[logits.shape()[0] * classes];
    logits.values().get(0, scores);
    for (int i = 0; i < scores.length; i++) {
      scores[i] = 1 / (1 + (float) Math.exp(-scores[i]));
    }
    var found = new ArrayList<Query>();
    for (int place : TopScores.of(scores, logits.shape()[0])) {
      if (!(scores[place] > threshold)) {
        continue;
      }
      int named = place % classes;
      if (named < classIds.length && classIds[named] >= 0) {
        Query query = query(boxes.values(), place / classes, named, scores[place]);
        if (query.isFinite()) {
          found.add(query);
        }
      }
    }
    return found;
  }

  private Query query(FloatBuffer boxes, int row, int named, float score) {
    return new Query(
        row,
        classIds[named],
        model.classNames().get(named),
        score,
        boxes.get(row * BOX),
        boxes.get(row * BOX + 1),
        boxes.get(row * BOX + 2),
        boxes.get(row * BOX + 3));
  }
}
