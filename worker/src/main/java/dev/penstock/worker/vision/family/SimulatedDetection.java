package dev.penstock.worker.vision.family;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.image.ImageSize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Object detection without a network: the first classes of a model, each at a place and with a
 * confidence that follow from its name alone.
 */
public final class SimulatedDetection {
  private static final int OBJECTS = 3;

  private SimulatedDetection() {}

  /** What would be found in any picture of that size, under the request's thresholds and filter. */
  public static Predictions predictions(
      ModelDescription model, ImageSize size, JobParameters parameters) {
    float threshold = (float) parameters.confidence().orElse(JobParameters.DEFAULT_CONFIDENCE);
    List<String> filter = parameters.classFilter();
    var found = new ArrayList<Detection>();
    for (int classId = 0; classId < Math.min(OBJECTS, model.classNames().size()); classId++) {
      Detection detection = detection(classId, model.classNames().get(classId), size);
      if (detection.confidence() > threshold) {
        found.add(detection);
      }
    }
    found.sort(Comparator.comparing(Detection::confidence).reversed());
    return new Predictions.Detections(
        found.stream()
            .limit(Math.max(0, parameters.maxDetections()))
            .filter(detection -> filter.isEmpty() || filter.contains(detection.className()))
            .toList());
  }

  /** Two bytes of the name's hash place the box, a third one sets its confidence. */
  private static Detection detection(int classId, String name, ImageSize size) {
    int hash = name.hashCode();
    int left = size.width() * (hash & 0xFF) / 512;
    int top = size.height() * ((hash >>> 8) & 0xFF) / 512;
    float confidence = 0.5f + ((hash >>> 16) & 0xFF) / 512f;
    return new Detection(
        left,
        top,
        left + Math.max(1, size.width() / 2),
        top + Math.max(1, size.height() / 2),
        confidence,
        classId,
        name);
  }
}
