package dev.penstock.worker.vision.detector;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.image.ImageSize;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * D-FINE, RT-DETR and their kin with the post-processing of their repositories: labels {@code
 * [queries]}, corners {@code [queries, 4]} and scores {@code [queries]}. Corners are in pixels of
 * the size the network was told, which is that of its input, or shares where it was told none: no
 * box of any query reaches beyond 2 then.
 */
final class FinishedQueries extends Detector {
  private static final int BOX = 4;
  private static final float LARGEST_SHARE = 2;

  FinishedQueries(ModelDescription model) {
    super(model);
  }

  @Override
  boolean fits(List<long[]> outputs) {
    return outputs.size() == 3
        && outputs.get(0).length == 2
        && outputs.get(1).length == 3
        && isOrOpen(outputs.get(1)[2], BOX)
        && outputs.get(2).length == 2;
  }

  @Override
  String expected() {
    return "labels [batch, queries], boxes [batch, queries, 4] and scores [batch, queries]";
  }

  @Override
  List<FoundBox> found(
      List<Tensor> outputs, ImageSize seen, float threshold, JobParameters parameters) {
    FloatBuffer labels = outputs.get(0).values();
    FloatBuffer corners = outputs.get(1).values();
    FloatBuffer scores = outputs.get(2).values();
    int rows = outputs.get(2).shape()[0];
    boolean shares = areShares(corners, rows);
    float width = shares ? seen.width() : 1;
    float height = shares ? seen.height() : 1;
    var found = new ArrayList<FoundBox>();
    for (int row = 0; row < rows; row++) {
      found.add(
          new FoundBox(
              corners.get(BOX * row) * width,
              corners.get(BOX * row + 1) * height,
              corners.get(BOX * row + 2) * width,
              corners.get(BOX * row + 3) * height,
              scores.get(row),
              (int) labels.get(row)));
    }
    return found;
  }

  private static boolean areShares(FloatBuffer corners, int rows) {
    for (int i = 0; i < BOX * rows; i++) {
      if (Math.abs(corners.get(i)) > LARGEST_SHARE) {
        return false;
      }
    }
    return true;
  }
}
