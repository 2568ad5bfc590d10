package dev.penstock.worker.vision.answer;

import dev.penstock.worker.vision.Predictions.ClassMap;
import dev.penstock.worker.vision.image.ImageSize;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.BitSet;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Answers of semantic segmentation: the map and its confidences as grey PNG pictures. */
final class ClassMapJson {
  private ClassMapJson() {}

  static JsonObject of(ClassMap map) {
    var names = new JsonObject();
    for (int classId = 0; classId < map.classNames().size(); classId++) {
      names.put(Integer.toString(classId), map.classNames().get(classId));
    }
    return new JsonObject()
        .put(
            "predictions",
            new JsonObject()
                .put("segmentation_mask", png(map.classIds(), map.size()))
                .put("class_map", names)
                .put("confidence_mask", png(map.confidences(), map.size()))
                .put("present_class_ids", present(map.classIds())));
  }

  private static JsonArray present(byte[] classIds) {
    var seen = new BitSet();
    for (byte classId : classIds) {
      seen.set(classId & 0xFF);
    }
    return new JsonArray(seen.stream().boxed().toList());
  }

  private static String png(byte[] values, ImageSize size) {
    try (var data = new BytePointer(values);
        var grey = new Mat(size.height(), size.width(), opencv_core.CV_8UC1, data);
        var encoded = new BytePointer()) {
      if (!opencv_imgcodecs.imencode(".png", grey, encoded)) {
        throw new IllegalStateException("a map of " + size + " cannot be written as a PNG");
      }
      byte[] png = new byte[Math.toIntExact(encoded.limit())];
      encoded.get(png);
      return Base64.getEncoder().encodeToString(png);
    }
  }
}
