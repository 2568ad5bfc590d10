package dev.penstock.worker.vision;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import java.util.List;
import java.util.Set;

/** Networks whose outputs have one layout: turns them into predictions. Safe for any thread. */
public interface ModelFamily {
  /** Architectures whose detectors answer {@code [batch, 4 + classes, candidates]}. */
  Set<String> YOLO_V8_LAYOUT = Set.of("yolov8", "yolov9", "yolov11", "yolov12");

  /**
   * The family of a model.
   *
   * @throws UnsupportedModelException naming what this version does not know
   */
  static ModelFamily of(ModelDescription model) throws UnsupportedModelException {
    boolean known =
        YOLO_V8_LAYOUT.contains(model.architecture())
            && model.taskType().equals("object-detection")
            && !model.postProcessing().fused();
    if (!known) {
      throw new UnsupportedModelException(
          "architecture '%s' with task '%s'%s is not supported by this version; it serves"
                  .formatted(
                      model.architecture(),
                      model.taskType(),
                      model.postProcessing().fused() ? " and fused post-processing" : "")
              + " object-detection of "
              + String.join(", ", YOLO_V8_LAYOUT.stream().sorted().toList())
              + " without fused post-processing");
    }
    return new YoloV8Detection(model);
  }

  /** The model's input with what this family puts in the place of modes it does not have. */
  NetworkInput input();

  /**
   * Looks at the network before its first run.
   *
   * @param outputs shape of each output with the batch dimension; −1 where it is not fixed
   * @throws UnsupportedModelException when they are not this family's
   */
  void check(List<long[]> outputs) throws UnsupportedModelException;

  /**
   * Reads one picture's predictions. Never fails, whatever the numbers: what is not finite is left
   * out.
   *
   * @param outputs in the order of the network
   */
  Predictions predictions(List<Tensor> outputs, Placement placement, JobParameters parameters);
}
