package dev.penstock.worker.vision.rfdetr;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.Placement;
import dev.penstock.worker.vision.semantic.Activation;
import dev.penstock.worker.vision.semantic.SemanticSegmentation;
import java.util.List;

/** Semantic segmentation by RF-DETR, whose classes were trained each by itself. */
public final class RfDetrSemantic implements ModelFamily {
  private static final double DEFAULT_CONFIDENCE = 0.4;

  private final SemanticSegmentation segmentation;

  public RfDetrSemantic(ModelDescription model) {
    this.segmentation =
        new SemanticSegmentation(
            model, RfDetrInput.of(model.input()), Activation.SIGMOID, DEFAULT_CONFIDENCE);
  }

  @Override
  public NetworkInput input() {
    return segmentation.input();
  }

  @Override
  public Interpolation interpolation() {
    return Interpolation.PILLOW;
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    segmentation.check(outputs);
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    return segmentation.predictions(outputs, placement, parameters);
  }
}
