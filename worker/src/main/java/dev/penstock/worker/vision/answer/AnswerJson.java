package dev.penstock.worker.vision.answer;

import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Predictions.ClassMap;
import dev.penstock.worker.vision.Predictions.Detections;
import dev.penstock.worker.vision.Predictions.Label;
import dev.penstock.worker.vision.Predictions.Labels;
import dev.penstock.worker.vision.Predictions.Postures;
import dev.penstock.worker.vision.Predictions.Segments;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/** Predictions as the members of an answer of the hosted API. */
public final class AnswerJson {
  private AnswerJson() {}

  /** A JSON object in UTF-8, {@code predictions} first. */
  public static byte[] bytes(Predictions predictions) {
    return members(predictions).toBuffer().getBytes();
  }

  private static JsonObject members(Predictions predictions) {
    if (predictions instanceof Detections detections) {
      return list(detections.found(), DetectionJson::of);
    }
    if (predictions instanceof Segments segments) {
      return list(segments.found(), SegmentJson::of);
    }
    if (predictions instanceof Postures postures) {
      return list(postures.found(), PostureJson::of);
    }
    if (predictions instanceof Label label) {
      return ClassificationJson.of(label);
    }
    if (predictions instanceof Labels labels) {
      return ClassificationJson.of(labels);
    }
    if (predictions instanceof ClassMap map) {
      return ClassMapJson.of(map);
    }
    throw new IllegalArgumentException("no JSON form of " + predictions);
  }

  private static <T> JsonObject list(List<T> found, Function<T, JsonObject> writer) {
    var list = new JsonArray();
    found.forEach(item -> list.add(writer.apply(item)));
    return new JsonObject().put("predictions", list);
  }
}
