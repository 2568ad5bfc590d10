package dev.penstock.worker.vision.answer;

import dev.penstock.worker.vision.Outline;
import dev.penstock.worker.vision.Outline.Polygon;
import dev.penstock.worker.vision.Outline.RunLengths;
import dev.penstock.worker.vision.Segment;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A found object with its shape as a prediction of the API. */
final class SegmentJson {
  private SegmentJson() {}

  static JsonObject of(Segment segment) {
    JsonObject json = DetectionJson.of(segment.detection());
    Outline outline = segment.outline();
    if (outline instanceof RunLengths runs) {
      return json.put(
              "rle",
              new JsonObject()
                  .put("size", new JsonArray().add(runs.height()).add(runs.width()))
                  .put("counts", runs.counts()))
          .put("mask_format", "rle");
    }
    return json.put("points", points((Polygon) outline)).put("mask_format", "polygon");
  }

  private static JsonArray points(Polygon polygon) {
    var points = new JsonArray();
    for (int i = 0; i < polygon.x().length; i++) {
      points.add(
          new JsonObject().put("x", (double) polygon.x()[i]).put("y", (double) polygon.y()[i]));
    }
    return points;
  }
}
