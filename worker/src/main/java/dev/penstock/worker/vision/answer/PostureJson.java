package dev.penstock.worker.vision.answer;

import dev.penstock.worker.vision.Keypoint;
import dev.penstock.worker.vision.Posture;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A found object with its key-points as a prediction of the API. */
final class PostureJson {
  private PostureJson() {}

  static JsonObject of(Posture posture) {
    var keypoints = new JsonArray();
    posture.keypoints().forEach(keypoint -> keypoints.add(of(keypoint)));
    return DetectionJson.of(posture.detection()).put("keypoints", keypoints);
  }

  private static JsonObject of(Keypoint keypoint) {
    return new JsonObject()
        .put("x", (double) keypoint.x())
        .put("y", (double) keypoint.y())
        .put("confidence", (double) keypoint.confidence())
        .put("class_id", keypoint.id())
        .put("class", keypoint.name());
  }
}
