package dev.penstock.worker.vision.classify;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.ClassScore;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.image.Placement;
import java.util.ArrayList;
import java.util.List;

/**
 * Classifiers of any number of labels: {@code [classes]} scores, each of them by itself turned into
 * a confidence by the sigmoid unless the network does that (fused post-processing).
 */
final class MultiLabelClassification extends Classifier {
  private static final double DEFAULT_CONFIDENCE = 0.4;

  MultiLabelClassification(ModelDescription model, NetworkInput input) {
    super(model, input);
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    float[] scores = Scores.of(outputs.get(0));
    float threshold = (float) parameters.confidence().orElse(DEFAULT_CONFIDENCE);
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
