package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Keypoint;
import dev.penstock.worker.vision.Posture;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.Placement;
import java.util.ArrayList;
import java.util.List;

/**
 * Key-points: each candidate has x, y and mostly the confidence of every key-point among its
 * extras, as many as the class with the most of them has.
 */
final class YoloKeypoints extends YoloModel {
  /** Of a key-point without a confidence. */
  static final int BARE_NUMBERS = 2;

  private static final int NUMBERS = 3;
  private static final float CERTAIN = 1;

  private final double defaultThreshold;
  private final int numbersOfEach;

  /**
   * @param defaultConfidence of the architecture, where the request has none
   * @param defaultThreshold confidence of a key-point, where the request has none
   */
  YoloKeypoints(
      ModelDescription model,
      CandidateLayout layout,
      double defaultConfidence,
      double defaultThreshold) {
    this(model, layout, defaultConfidence, defaultThreshold, NUMBERS);
  }

  /**
   * @param numbersOfEach 3, or 2 where key-points have no confidence: theirs is 1 then
   */
  YoloKeypoints(
      ModelDescription model,
      CandidateLayout layout,
      double defaultConfidence,
      double defaultThreshold,
      int numbersOfEach) {
    super(model, layout, defaultConfidence);
    this.defaultThreshold = defaultThreshold;
    this.numbersOfEach = numbersOfEach;
  }

  /** How many numbers the key-points of a candidate take. */
  static int extras(ModelDescription model) {
    return extras(model, NUMBERS);
  }

  /** As {@link #extras(ModelDescription)} for so many numbers of each key-point. */
  static int extras(ModelDescription model, int numbersOfEach) {
    return numbersOfEach * model.keypoints().stream().mapToInt(List::size).max().orElse(0);
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    if (model.keypoints().isEmpty()) {
      throw new UnsupportedModelException(
          "nothing names the key-points of %s: add keypoints_metadata.json to the package"
              .formatted(model.architecture()));
    }
    super.check(outputs);
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    double asked = parameters.keypointConfidence();
    float threshold = (float) (asked > 0 ? asked : defaultThreshold);
    float[] numbers = new float[extras(model, numbersOfEach)];
    var found = new ArrayList<Posture>();
    for (Candidate candidate : candidates(outputs, parameters)) {
      layout.extras(outputs, candidate.row(), numbers);
      found.add(
          new Posture(
              candidate.detection(placement, candidate.className(model)),
              keypoints(numbers, candidate.classId(), placement, threshold)));
    }
    return new Predictions.Postures(found);
  }

  /** They may lie outside the picture, unlike boxes. */
  private List<Keypoint> keypoints(
      float[] numbers, int classId, Placement placement, float threshold) {
    boolean named = classId >= 0 && classId < model.keypoints().size();
    List<String> names = named ? model.keypoints().get(classId) : List.of();
    var keypoints = new ArrayList<Keypoint>();
    for (int id = 0; id < names.size(); id++) {
      float x = placement.freeX(numbers[numbersOfEach * id]);
      float y = placement.freeY(numbers[numbersOfEach * id + 1]);
      float confidence = numbersOfEach == NUMBERS ? numbers[NUMBERS * id + 2] : CERTAIN;
      boolean seen = confidence > 0 && confidence >= threshold;
      if (seen && Float.isFinite(x + y + confidence)) {
        keypoints.add(
            new Keypoint((int) Math.rint(x), (int) Math.rint(y), confidence, id, names.get(id)));
      }
    }
    return keypoints;
  }
}
