package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.job.Confidence;
import dev.penstock.job.JobOutcome.Done;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.Jobs;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.devices.Devices;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every architecture and task on the CPU, with the networks of src/test/python. */
class ModelFamiliesOnDeviceTest {
  private static final Path CACHE = Path.of("target/test-cache");
  private static final FolderRepository MODELS =
      FolderRepository.open(List.of(Path.of("src/test/resources/packages/families")));

  private final Device device = Devices.open("cpu", CACHE);

  /** Upper left red, lower right blue; twice as large as the network's input. */
  private static byte[] redAndBlue() {
    try (Picture picture = Pictures.plain(64, 64, 0, 0, 0)) {
      Pictures.paint(picture, 0, 0, 32, 32, 255, 0, 0);
      Pictures.paint(picture, 32, 32, 64, 64, 0, 0, 200);
      return Pictures.encode(picture, ".png");
    }
  }

  private static JobParameters parameters(double keypointConfidence, MaskFormat maskFormat) {
    return new JobParameters(
        Confidence.of(0.4),
        0.3,
        300,
        false,
        List.of(),
        keypointConfidence,
        maskFormat,
        Set.of(),
        null);
  }

  private Done run(String id, JobParameters parameters) throws Exception {
    try (LoadedModel model = device.load(Objects.requireNonNull(MODELS.find(id)))) {
      List<Done> both = Jobs.run(model.runners().get(0), parameters, redAndBlue(), redAndBlue());
      assertThat(Jobs.found(both.get(1))).isEqualTo(Jobs.found(both.get(0)));
      return both.get(0);
    }
  }

  private static List<JsonObject> predictions(Done done) {
    return new JsonObject(Buffer.buffer(done.answer()))
        .getJsonArray("predictions").stream().map(JsonObject.class::cast).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yolov5-detection/1",
        "yolov8-detection/1",
        "yolov8-detection-fused/1",
        "yolov9-detection/1",
        "yolov9-detection-fused/1",
        "yolov10-detection/1",
        "yolov11-detection/1",
        "yolov11-detection-fused/1",
        "yolov12-detection/1",
        "yolov12-detection-fused/1",
        "yolo26-detection/1",
        "yolonas-detection/1",
        "yololite-detection/1",
        "yololite-detection-fused/1"
      })
  void finds_objects(String id) throws Exception {
    assertThat(Jobs.found(run(id, parameters(0, MaskFormat.POLYGON))))
        .containsExactly("red at 16.0,16.0 of 32.0 x 32.0", "blue at 48.0,48.0 of 32.0 x 32.0");
  }

  /** YOLOv5 and YOLOv7 take the objectness for the first class, as the reference does. */
  @ParameterizedTest
  @CsvSource({
    "yolov8-segmentation/1,red,blue",
    "yolov8-segmentation-fused/1,red,blue",
    "yolov11-segmentation/1,red,blue",
    "yolov11-segmentation-fused/1,red,blue",
    "yolov12-segmentation/1,red,blue",
    "yolov12-segmentation-fused/1,red,blue",
    "yolo26-segmentation/1,red,blue",
    "yolov5-segmentation/1,green,3",
    "yolov7-segmentation/1,green,3"
  })
  void outlines_the_left_half_of_each_object(String id, String first, String second)
      throws Exception {
    List<JsonObject> found = predictions(run(id, parameters(0, MaskFormat.POLYGON)));

    assertThat(found).extracting(p -> p.getString("class")).containsExactly(first, second);
    assertCovers(found.get(0).getJsonArray("points"), 0, 0, 15, 31);
    assertCovers(found.get(1).getJsonArray("points"), 32, 32, 47, 63);
    assertThat(found).allSatisfy(p -> assertThat(p.getString("mask_format")).isEqualTo("polygon"));
  }

  /** Masks are softer than boxes where logits are scaled: up to one cell of the grid. */
  private static void assertCovers(
      JsonArray points, double left, double top, double right, double bottom) {
    assertThat(edge(points, "x", true)).isCloseTo(left, within(8.0));
    assertThat(edge(points, "y", true)).isCloseTo(top, within(8.0));
    assertThat(edge(points, "x", false)).isCloseTo(right, within(4.0));
    assertThat(edge(points, "y", false)).isCloseTo(bottom, within(8.0));
  }

  private static double edge(JsonArray points, String axis, boolean least) {
    var values =
        points.stream().mapToDouble(point -> ((JsonObject) point).getDouble(axis)).sorted();
    double[] sorted = values.toArray();
    return sorted[least ? 0 : sorted.length - 1];
  }

  @ParameterizedTest
  @ValueSource(strings = {"yolov8-segmentation/1", "yolo26-segmentation/1"})
  void masks_come_as_run_lengths_when_asked_for(String id) throws Exception {
    JsonObject red = predictions(run(id, parameters(0, MaskFormat.RLE))).get(0);

    assertThat(red.getJsonObject("rle").getJsonArray("size")).containsExactly(64, 64);
    assertThat(red.getJsonObject("rle").getString("counts")).isNotEmpty();
    assertThat(red.getString("mask_format")).isEqualTo("rle");
    assertThat(red.containsKey("points")).isFalse();
  }

  /** The second key-point has a confidence of 0.2; YOLO26 drops it by default. */
  @ParameterizedTest
  @CsvSource({
    "yolov8-keypoints/1,0,2",
    "yolov8-keypoints/1,0.15,2",
    "yolov8-keypoints/1,0.5,1",
    "yolov8-keypoints-fused/1,0,2",
    "yolov11-keypoints/1,0,2",
    "yolov11-keypoints-fused/1,0,2",
    "yolov12-keypoints/1,0,2",
    "yolov12-keypoints-fused/1,0,2",
    "yolo26-keypoints/1,0,1",
    "yolo26-keypoints/1,0.15,2"
  })
  void finds_the_key_points_that_a_class_has(String id, double confidence, int seen)
      throws Exception {
    List<JsonObject> found = predictions(run(id, parameters(confidence, MaskFormat.POLYGON)));

    JsonArray red = found.get(0).getJsonArray("keypoints");
    assertThat(red).hasSize(seen);
    JsonObject middle = red.getJsonObject(0);
    assertThat(middle.getString("class")).isEqualTo("middle");
    assertThat(middle.getDouble("x")).isEqualTo(16.0);
    assertThat(middle.getDouble("y")).isEqualTo(16.0);
    assertThat(middle.getDouble("confidence")).isEqualTo(0.9, within(1e-6));
    if (seen == 2) {
      assertThat(red.getJsonObject(1).getString("class")).isEqualTo("corner");
      assertThat(red.getJsonObject(1).getDouble("x")).isEqualTo(24.0);
    }
    assertThat(found.get(1).getJsonArray("keypoints")).hasSize(1);
  }
}
