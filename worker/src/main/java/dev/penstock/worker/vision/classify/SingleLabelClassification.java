package dev.penstock.worker.vision.classify;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.ClassScore;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.image.Placement;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Classifiers of one label: {@code [classes]} scores, turned into shares of 1 by softmax unless the
 * network does that itself (fused post-processing).
 */
final class SingleLabelClassification extends Classifier {
  /** What the reference puts in the place of {@code best} and {@code default}. */
  private static final double DEFAULT_CONFIDENCE = 0.5;

  private static final int DECIMALS = 4;

  private final boolean sharesTell;

  SingleLabelClassification(ModelDescription model, NetworkInput input) {
    this(model, input, false);
  }

  /**
   * @param sharesTell whether scores that are shares of 1 are taken as such, whatever the package
   *     says
   */
  SingleLabelClassification(ModelDescription model, NetworkInput input, boolean sharesTell) {
    super(model, input);
    this.sharesTell = sharesTell;
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    float[] scores = Scores.of(outputs.get(0));
    boolean finished = model.postProcessing().fused() || (sharesTell && Scores.areShares(scores));
    float[] shares = finished ? scores : Scores.softmax(scores);
    double threshold = parameters.confidence().orElse(DEFAULT_CONFIDENCE);
    var found = new ArrayList<ClassScore>();
    for (int classId = 0; classId < shares.length; classId++) {
      if (Float.isFinite(shares[classId]) && shares[classId] >= threshold) {
        found.add(
            new ClassScore(model.classNames().get(classId), classId, rounded(shares[classId])));
      }
    }
    found.sort(Comparator.comparingDouble(ClassScore::confidence).reversed());
    return new Predictions.Label(found);
  }

  /** As Python rounds: exact on the binary value, halves to the even digit. */
  private static double rounded(float share) {
    return new BigDecimal(share).setScale(DECIMALS, RoundingMode.HALF_EVEN).doubleValue();
  }
}
