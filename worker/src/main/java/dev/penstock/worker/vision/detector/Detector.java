package dev.penstock.worker.vision.detector;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** What detectors have in common whose networks leave little to do. */
abstract class Detector implements ModelFamily {
  private static final double DEFAULT_CONFIDENCE = 0.4;

  final ModelDescription model;

  Detector(ModelDescription model) {
    this.model = model;
  }

  @Override
  public final NetworkInput input() {
    return model.input().insteadOfFitLongerEdge(ResizeMode.STRETCH, 0);
  }

  @Override
  public final void check(List<long[]> outputs) throws UnsupportedModelException {
    if (!fits(outputs)) {
      throw new UnsupportedModelException(
          "the network answers %s but %s with %d class names should answer %s; check the class names"
              .formatted(
                  String.join(" and ", outputs.stream().map(Arrays::toString).toList()),
                  model.architecture(),
                  model.classNames().size(),
                  expected()));
    }
  }

  /** Whether outputs of these shapes, with the batch dimension and −1 for what is open, fit. */
  abstract boolean fits(List<long[]> outputs);

  /** What would, for messages. */
  abstract String expected();

  /**
   * What is more certain than the threshold, in any order.
   *
   * @param seen size of what the network saw
   */
  abstract List<FoundBox> found(
      List<Tensor> outputs, ImageSize seen, float threshold, JobParameters parameters);

  @Override
  public final Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    float threshold = (float) parameters.confidence().orElse(DEFAULT_CONFIDENCE);
    List<String> filter = parameters.classFilter();
    return new Predictions.Detections(
        found(outputs, placement.network(), threshold, parameters).stream()
            .filter(box -> box.isFinite() && box.score() > threshold)
            .sorted(Comparator.comparing(FoundBox::score).reversed())
            .limit(Math.max(0, parameters.maxDetections()))
            .filter(box -> filter.isEmpty() || filter.contains(box.className(model)))
            .map(box -> box.detection(placement, model))
            .toList());
  }

  @Override
  public final boolean proposes(List<Tensor> outputs) {
    var seen = new ImageSize(model.input().width(), model.input().height());
    return found(outputs, seen, 0, JobParameters.DEFAULTS).stream()
        .anyMatch(box -> box.isFinite() && box.score() > 0);
  }

  /** Whether a side of an output is as expected or open. */
  static boolean isOrOpen(long side, long expected) {
    return side <= 0 || side == expected;
  }
}
