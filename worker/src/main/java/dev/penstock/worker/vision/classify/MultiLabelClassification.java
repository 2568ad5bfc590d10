package dev.penstock.worker.vision.classify;

import dev.penstock.job.Confidence;
import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.ClassScore;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.Placement;
import java.util.ArrayList;
import java.util.List;

/**
 * Classifiers of any number of labels: {@code [classes]} scores, each of them by itself turned into
 * a confidence by the sigmoid unless the network does that (fused post-processing).
 */
public final class MultiLabelClassification implements ModelFamily {
  private static final double DEFAULT_CONFIDENCE = 0.4;

  private final ModelDescription model;
  private final NetworkInput input;

  /**
   * @param input with what the architecture puts in the place of resize modes it does not have
   */
  public MultiLabelClassification(ModelDescription model, NetworkInput input) {
    this.model = model;
    this.input = input;
  }

  @Override
  public NetworkInput input() {
    return input;
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    Scores.check(model, outputs);
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    float[] scores = Scores.of(outputs.get(0));
    float threshold =
        (float)
            (parameters.confidence().mode() == Confidence.Mode.VALUE
                ? parameters.confidence().value()
                : DEFAULT_CONFIDENCE);
    var all = new ArrayList<ClassScore>();
    var predicted = new ArrayList<String>();
    for (int classId = 0; classId < scores.length; classId++) {
      float score =
          model.postProcessing().fused() ? scores[classId] : Scores.sigmoid(scores[classId]);
      if (Float.isFinite(score)) {
        String name = model.classNames().get(classId);
        all.add(new ClassScore(name, classId, score));
        if (score >= threshold) {
          predicted.add(name);
        }
      }
    }
    return new Predictions.Labels(all, predicted);
  }
}
