package dev.penstock.worker.vision.answer;

import dev.penstock.worker.vision.Detection;
import io.vertx.core.json.JsonObject;
import java.util.UUID;

/** A found object as a prediction of the API. */
final class DetectionJson {
  private DetectionJson() {}

  /** Corners are whole pixels, so the centre ends in .0 or .5, as clients of the API see it. */
  static JsonObject of(Detection detection) {
    return new JsonObject()
        .put("x", (detection.left() + detection.right()) / 2.0)
        .put("y", (detection.top() + detection.bottom()) / 2.0)
        .put("width", (double) (detection.right() - detection.left()))
        .put("height", (double) (detection.bottom() - detection.top()))
        .put("confidence", (double) detection.confidence())
        .put("class", detection.className())
        .put("class_id", detection.classId())
        .put("detection_id", UUID.randomUUID().toString());
  }
}
