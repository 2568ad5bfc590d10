package dev.penstock.worker.vision.rfdetr;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Segment;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.image.Placement;
import dev.penstock.worker.vision.mask.MaskGrid;
import dev.penstock.worker.vision.mask.MaskScaler;
import dev.penstock.worker.vision.mask.Outlines;
import java.util.ArrayList;
import java.util.List;

/**
 * Instance segmentation by RF-DETR: a third output {@code [queries, height, width]} has a mask of
 * logits for each query. Masks may reach beyond their boxes.
 */
public final class RfDetrSegmentation extends RfDetrModel {
  private static final float COVERED = 0;

  public RfDetrSegmentation(ModelDescription model) {
    super(model, /* masks= */ true);
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    Tensor masks = outputs.get(2);
    int height = masks.shape()[1];
    int width = masks.shape()[2];
    var scaler = new MaskScaler(height, width, placement);
    float[] values = new float[height * width];
    var found = new ArrayList<Segment>();
    found(outputs, parameters).stream()
        .limit(Math.max(0, parameters.maxDetections()))
        .filter(query -> isWanted(query, parameters))
        .limit(Outlines.MOST)
        .forEach(
            query -> {
              masks.values().get(query.row() * values.length, values);
              var mask = scaler.scale(new MaskGrid(0, 0, width, height, values), COVERED);
              found.add(
                  new Segment(
                      query.detection(placement), Outlines.of(mask, parameters.maskFormat())));
            });
    return new Predictions.Segments(found);
  }
}
