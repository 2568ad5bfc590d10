package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.image.Placement;
import java.util.List;

/** Object detection: the candidates are the answer. */
final class YoloDetection extends YoloModel {
  /**
   * @param defaultConfidence of the architecture, where the request has none
   */
  YoloDetection(ModelDescription model, CandidateLayout layout, double defaultConfidence) {
    super(model, layout, defaultConfidence);
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    return new Predictions.Detections(
        candidates(outputs, parameters).stream()
            .map(candidate -> candidate.detection(placement, candidate.className(model)))
            .toList());
  }
}
