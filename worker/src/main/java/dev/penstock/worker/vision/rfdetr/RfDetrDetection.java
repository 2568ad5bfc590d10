package dev.penstock.worker.vision.rfdetr;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.Placement;
import java.util.ArrayList;
import java.util.List;

/**
 * Object detection by RF-DETR. No suppression, and as in the reference no limit to the number of
 * detections.
 */
public final class RfDetrDetection implements ModelFamily {
  private static final double DEFAULT_CONFIDENCE = 0.4;

  private final NetworkInput input;
  private final Queries queries;

  public RfDetrDetection(ModelDescription model) {
    this.input = RfDetrInput.of(model.input());
    this.queries = new Queries(model);
  }

  @Override
  public NetworkInput input() {
    return input;
  }

  @Override
  public Interpolation interpolation() {
    return Interpolation.PILLOW;
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    queries.check(outputs, /* masks= */ false);
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    float threshold = (float) parameters.confidence().orElse(DEFAULT_CONFIDENCE);
    List<String> filter = parameters.classFilter();
    var found = new ArrayList<Detection>();
    for (Query query : queries.over(threshold, outputs.get(0), outputs.get(1))) {
      if (filter.isEmpty() || filter.contains(query.className())) {
        found.add(query.detection(placement));
      }
    }
    return new Predictions.Detections(found);
  }
}
