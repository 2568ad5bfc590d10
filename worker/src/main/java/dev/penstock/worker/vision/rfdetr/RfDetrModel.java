package dev.penstock.worker.vision.rfdetr;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import java.util.List;

/** What the RF-DETR models with queries have in common: their input and who is found. */
abstract class RfDetrModel implements ModelFamily {
  private static final double DEFAULT_CONFIDENCE = 0.4;

  private static final String PACKAGED = "rfdetr";

  private final NetworkInput input;
  private final Queries queries;
  private final boolean masks;
  private final Interpolation interpolation;

  /**
   * @param masks whether the network has a third output with a mask for each query
   */
  RfDetrModel(ModelDescription model, boolean masks) {
    this.input = RfDetrInput.of(model.input());
    this.queries = new Queries(model);
    this.masks = masks;
    // Packages go through torchvision's antialiasing; exports say themselves how they are resized.
    this.interpolation =
        model.architecture().equals(PACKAGED) ? Interpolation.PILLOW : Interpolation.OPENCV;
  }

  @Override
  public final NetworkInput input() {
    return input;
  }

  @Override
  public final Interpolation interpolation() {
    return interpolation;
  }

  @Override
  public final void check(List<long[]> outputs) throws UnsupportedModelException {
    queries.check(outputs, masks);
  }

  /** What is more certain than asked for, of whatever class; highest score first. */
  final List<Query> found(List<Tensor> outputs, JobParameters parameters) {
    float threshold = (float) parameters.confidence().orElse(DEFAULT_CONFIDENCE);
    return queries.over(threshold, outputs.get(0), outputs.get(1));
  }

  /** Whether the request asks for its class. */
  static boolean isWanted(Query query, JobParameters parameters) {
    List<String> filter = parameters.classFilter();
    return filter.isEmpty() || filter.contains(query.className());
  }
}
