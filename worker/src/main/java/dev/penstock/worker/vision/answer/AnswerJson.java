package dev.penstock.worker.vision.answer;

import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Predictions.ClassMap;
import dev.penstock.worker.vision.Predictions.Detections;
import dev.penstock.worker.vision.Predictions.Label;
import dev.penstock.worker.vision.Predictions.Labels;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.UUID;

/** Predictions as the members of an answer of the hosted API. */
public final class AnswerJson {
  private AnswerJson() {}

  /** A JSON object in UTF-8, {@code predictions} first. */
  public static byte[] bytes(Predictions predictions) {
    if (predictions instanceof Detections detections) {
      var list = new JsonArray();
      detections.found().forEach(detection -> list.add(object(detection)));
      return new JsonObject().put("predictions", list).toBuffer().getBytes();
    }
    if (predictions instanceof Label label) {
      return ClassificationJson.of(label).toBuffer().getBytes();
    }
    if (predictions instanceof Labels labels) {
      return ClassificationJson.of(labels).toBuffer().getBytes();
    }
    if (predictions instanceof ClassMap map) {
      return ClassMapJson.of(map).toBuffer().getBytes();
    }
    throw new IllegalArgumentException("no JSON form of " + predictions);
  }

  /** Corners are whole pixels, so the centre ends in .0 or .5, as clients of the API see it. */
  private static JsonObject object(Detection detection) {
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
