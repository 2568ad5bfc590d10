package dev.penstock.worker.vision.rfdetr;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.image.Placement;
import java.util.ArrayList;
import java.util.List;

/**
 * Object detection by RF-DETR. No suppression, and as in the reference no limit to the number of
 * detections.
 */
public final class RfDetrDetection extends RfDetrModel {
  public RfDetrDetection(ModelDescription model) {
    super(model, /* masks= */ false);
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    var found = new ArrayList<Detection>();
    for (Query query : found(outputs, parameters)) {
      if (isWanted(query, parameters)) {
        found.add(query.detection(placement));
      }
    }
    return new Predictions.Detections(found);
  }
}
