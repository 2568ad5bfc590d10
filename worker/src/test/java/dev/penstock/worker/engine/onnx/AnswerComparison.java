package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * An answer beside a recorded one. Confidences may differ in the last digits: the reference runs
 * another build of the runtime.
 */
final class AnswerComparison {
  private static final double CONFIDENCE_TOLERANCE = 1e-5;
  private static final double QUANTIZED_TOLERANCE = 0.02;

  private AnswerComparison() {}

  static void assertSame(JsonObject answer, JsonObject recorded, boolean quantized) {
    Object predictions = recorded.getValue("predictions");
    if (predictions instanceof JsonObject map && map.containsKey("segmentation_mask")) {
      assertSameMap(answer.getJsonObject("predictions"), map);
    } else if (recorded.containsKey("top") || predictions instanceof JsonObject) {
      assertSameClasses(answer, recorded, quantized ? QUANTIZED_TOLERANCE : CONFIDENCE_TOLERANCE);
    } else {
      assertThat(objects(answer)).isEqualTo(objects(recorded));
    }
  }

  /** That what was recorded is found, in whatever order. */
  static void assertFinds(JsonObject answer, JsonObject recorded) {
    assertThat(objects(answer)).containsAll(objects(recorded));
  }

  private static void assertSameMap(JsonObject map, JsonObject recorded) {
    assertThat(map.getValue("class_map")).isEqualTo(recorded.getValue("class_map"));
    assertThat(map.getValue("present_class_ids")).isEqualTo(recorded.getValue("present_class_ids"));
    byte[] classes = pixels(map.getString("segmentation_mask"));
    byte[] confidences = pixels(map.getString("confidence_mask"));
    byte[] recordedConfidences = pixels(recorded.getString("confidence_mask"));
    assertThat(classes).isEqualTo(pixels(recorded.getString("segmentation_mask")));
    assertThat(confidences).hasSameSizeAs(recordedConfidences);
    for (int i = 0; i < confidences.length; i++) {
      if (Math.abs((confidences[i] & 0xFF) - (recordedConfidences[i] & 0xFF)) > 1) {
        assertThat(confidences[i] & 0xFF).as("pixel %d", i).isEqualTo(recordedConfidences[i]);
      }
    }
  }

  private static byte[] pixels(String png) {
    byte[] encoded = Base64.getDecoder().decode(png);
    try (var bytes = new BytePointer(encoded);
        var buffer = new Mat(1, encoded.length, opencv_core.CV_8UC1, bytes);
        Mat grey = opencv_imgcodecs.imdecode(buffer, opencv_imgcodecs.IMREAD_UNCHANGED);
        BytePointer data = grey.data()) {
      assertThat(grey.type()).isEqualTo(opencv_core.CV_8UC1);
      byte[] pixels = new byte[grey.rows() * grey.cols()];
      data.get(pixels);
      return pixels;
    }
  }

  private static void assertSameClasses(JsonObject answer, JsonObject recorded, double tolerance) {
    assertThat(answer.getValue("top")).isEqualTo(recorded.getValue("top"));
    assertThat(answer.getValue("predicted_classes"))
        .isEqualTo(recorded.getValue("predicted_classes"));
    List<JsonObject> classes = classes(answer);
    List<JsonObject> expected = classes(recorded);
    assertThat(classes).hasSameSizeAs(expected);
    for (int i = 0; i < classes.size(); i++) {
      assertThat(classes.get(i).getString("class")).isEqualTo(expected.get(i).getString("class"));
      assertThat(classes.get(i).getInteger("class_id"))
          .isEqualTo(expected.get(i).getInteger("class_id"));
      assertThat(classes.get(i).getDouble("confidence"))
          .isCloseTo(expected.get(i).getDouble("confidence"), within(tolerance));
    }
  }

  private static List<JsonObject> classes(JsonObject answer) {
    if (answer.getValue("predictions") instanceof JsonObject byName) {
      return byName.fieldNames().stream()
          .map(name -> byName.getJsonObject(name).copy().put("class", name))
          .toList();
    }
    return answer.getJsonArray("predictions").stream().map(JsonObject.class::cast).toList();
  }

  private static List<String> objects(JsonObject answer) {
    return answer.getJsonArray("predictions").stream()
        .map(JsonObject.class::cast)
        .map(
            p ->
                "%s %s %s %s %s %s %.4f %s %s %s"
                    .formatted(
                        p.getDouble("x"),
                        p.getDouble("y"),
                        p.getDouble("width"),
                        p.getDouble("height"),
                        p.getString("class"),
                        p.getInteger("class_id"),
                        p.getDouble("confidence"),
                        p.getValue("points"),
                        p.getValue("rle"),
                        keypoints(p)))
        .toList();
  }

  private static @Nullable List<String> keypoints(JsonObject prediction) {
    JsonArray keypoints = prediction.getJsonArray("keypoints");
    if (keypoints == null) {
      return null;
    }
    return keypoints.stream()
        .map(JsonObject.class::cast)
        .map(
            k ->
                "%s,%s %d %s %.4f"
                    .formatted(
                        k.getDouble("x"),
                        k.getDouble("y"),
                        k.getInteger("class_id"),
                        k.getString("class"),
                        k.getDouble("confidence")))
        .toList();
  }
}
