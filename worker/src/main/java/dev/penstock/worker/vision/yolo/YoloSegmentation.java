package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.Arithmetic;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Segment;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.Placement;
import dev.penstock.worker.vision.mask.BoxMasks;
import dev.penstock.worker.vision.mask.Mask;
import dev.penstock.worker.vision.mask.MaskScaler;
import dev.penstock.worker.vision.mask.Outlines;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Instance segmentation: the mask of a candidate is the sum of the network's prototypes {@code [32,
 * height, width]}, each weighted by one of the candidate's extras, inside its box. Bare exports
 * have the masks of their tool, packages those of the reference.
 */
final class YoloSegmentation extends YoloModel {
  /** As many prototypes as the reference assumes. */
  static final int EXTRAS = 32;

  private final int prototypesOutput;
  private final boolean smooth;

  /**
   * @param defaultConfidence of the architecture, where the request has none
   * @param prototypesOutput position of the prototypes among the outputs
   * @param smooth whether probabilities are scaled to the picture (YOLOv8 and its like), or logits
   */
  YoloSegmentation(
      ModelDescription model,
      CandidateLayout layout,
      double defaultConfidence,
      int prototypesOutput,
      boolean smooth) {
    super(model, layout, defaultConfidence);
    this.prototypesOutput = prototypesOutput;
    this.smooth = smooth;
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    super.check(outputs);
    boolean fits =
        outputs.size() > prototypesOutput
            && outputs.get(prototypesOutput).length == 4
            && (outputs.get(prototypesOutput)[1] == EXTRAS
                || outputs.get(prototypesOutput)[1] == -1);
    if (!fits) {
      throw wrong(
          outputs,
          "%s, and as output %d [batch, %d, height, width]"
              .formatted(layout.describe(), prototypesOutput, EXTRAS));
    }
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    List<Candidate> candidates =
        candidates(outputs, parameters).stream().limit(Outlines.MOST).toList();
    if (candidates.isEmpty()) {
      return new Predictions.Segments(List.of());
    }
    Masks masks = masks(new Prototypes(outputs.get(prototypesOutput), smooth), placement);
    float[] coefficients = new float[EXTRAS];
    var found = new ArrayList<Segment>();
    for (Candidate candidate : candidates) {
      layout.extras(outputs, candidate.row(), coefficients);
      Mask mask = masks.of(candidate, coefficients);
      if (mask != null) {
        found.add(
            new Segment(
                candidate.detection(placement, candidate.className(model)),
                Outlines.of(mask, parameters.maskFormat())));
      }
    }
    return new Predictions.Segments(found);
  }

  /** Makes masks of the size of one picture. */
  private interface Masks {
    /** Null when there is no object without one. */
    @Nullable Mask of(Candidate candidate, float[] coefficients);
  }

  private Masks masks(Prototypes prototypes, Placement placement) {
    if (model.arithmetic() == Arithmetic.TOOL) {
      var ofTool = new BoxMasks(prototypes.height(), prototypes.width(), placement);
      return (candidate, coefficients) ->
          ofTool(ofTool, prototypes, placement, candidate, coefficients);
    }
    var scaler = new MaskScaler(prototypes.height(), prototypes.width(), placement);
    return (candidate, coefficients) ->
        scaler.scale(prototypes.combine(coefficients, candidate), prototypes.threshold());
  }

  /** Ultralytics leaves out what its mask does not show. */
  private static @Nullable Mask ofTool(
      BoxMasks masks,
      Prototypes prototypes,
      Placement placement,
      Candidate candidate,
      float[] coefficients) {
    BoxMasks.Area pixels =
        masks.pixels(
            placement.imageX(candidate.left()),
            placement.imageY(candidate.top()),
            placement.imageX(candidate.right()),
            placement.imageY(candidate.bottom()));
    if (pixels.isEmpty()) {
      return null;
    }
    BoxMasks.Area cells = masks.cells(pixels);
    Mask mask =
        masks.scale(
            prototypes.combine(
                coefficients,
                cells.left(),
                cells.top(),
                cells.right() - cells.left(),
                cells.bottom() - cells.top()),
            pixels);
    return mask.isEmpty() ? null : mask;
  }
}
