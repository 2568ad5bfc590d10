package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.Arithmetic;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all YOLO networks have in common, whatever their task and layout. */
abstract class YoloModel implements ModelFamily {
  private static final int LETTERBOX_PADDING = 127;

  /** Any score at all. */
  private static final float FAINT = 1e-9f;

  final ModelDescription model;
  final CandidateLayout layout;
  private final NetworkInput input;
  private final double defaultConfidence;

  YoloModel(ModelDescription model, CandidateLayout layout, double defaultConfidence) {
    this.model = model;
    this.layout = layout;
    // The reference puts a grey letterbox in the place of this mode.
    this.input = model.input().insteadOfFitLongerEdge(ResizeMode.LETTERBOX, LETTERBOX_PADDING);
    this.defaultConfidence = defaultConfidence;
  }

  @Override
  public final NetworkInput input() {
    return input;
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    if (!layout.fits(outputs)) {
      throw wrong(outputs, layout.describe());
    }
  }

  final UnsupportedModelException wrong(List<long[]> outputs, String expected) {
    return new UnsupportedModelException(
        "the network answers %s but %s with %d class names should answer %s;"
                .formatted(
                    String.join(" and ", outputs.stream().map(Arrays::toString).toList()),
                    model.architecture(),
                    model.classNames().size(),
                    expected)
            + " check class_names.txt and model_architecture");
  }

  @Override
  public final @Nullable String doubt(List<Tensor> outputs) {
    String doubt = model.arithmetic() == Arithmetic.REFERENCE ? null : layout.doubt(outputs, input);
    return doubt == null
        ? null
        : "its outputs were taken for %s of %s by their shapes, but %s: that guess is wrong. Export it"
                .formatted(layout.describe(), model.architecture(), doubt)
            + " with the options of docs/models.md, or describe it as a package";
  }

  @Override
  public final boolean proposes(List<Tensor> outputs) {
    return !layout.candidates(outputs, FAINT, JobParameters.DEFAULTS).isEmpty();
  }

  /**
   * The reference takes recommended confidences from its platform and never from a package, so
   * {@code best} is the architecture's default here, too.
   */
  final List<Candidate> candidates(List<Tensor> outputs, JobParameters parameters) {
    float threshold = (float) parameters.confidence().orElse(defaultConfidence);
    return layout.candidates(outputs, threshold, parameters).stream()
        .filter(candidate -> isWanted(candidate, parameters))
        .toList();
  }

  private boolean isWanted(Candidate candidate, JobParameters parameters) {
    List<String> filter = parameters.classFilter();
    return filter.isEmpty() || filter.contains(candidate.className(model));
  }
}
