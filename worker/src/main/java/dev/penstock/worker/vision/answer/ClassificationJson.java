package dev.penstock.worker.vision.answer;

import dev.penstock.worker.vision.ClassScore;
import dev.penstock.worker.vision.Predictions.Label;
import dev.penstock.worker.vision.Predictions.Labels;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Answers of classifiers. */
final class ClassificationJson {
  private ClassificationJson() {}

  /** With nothing found the top class is empty and its confidence 0. */
  static JsonObject of(Label label) {
    var list = new JsonArray();
    for (ClassScore score : label.found()) {
      list.add(
          new JsonObject()
              .put("class", score.className())
              .put("class_id", score.classId())
              .put("confidence", score.confidence()));
    }
    ClassScore top = label.found().isEmpty() ? new ClassScore("", 0, 0) : label.found().get(0);
    return new JsonObject()
        .put("predictions", list)
        .put("top", top.className())
        .put("confidence", top.confidence());
  }

  static JsonObject of(Labels labels) {
    var all = new JsonObject();
    for (ClassScore score : labels.all()) {
      all.put(
          score.className(),
          new JsonObject().put("confidence", score.confidence()).put("class_id", score.classId()));
    }
    return new JsonObject()
        .put("predictions", all)
        .put("predicted_classes", new JsonArray(labels.predicted()));
  }
}
