package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.Confidence;
import dev.penstock.job.JobOutcome.Done;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.Jobs;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.devices.Devices;
import dev.penstock.worker.vision.image.ImageDecoder;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports in the forms of their tools, by networks of src/test/python. */
class ExportFormsTest {
  private static final FolderRepository MODELS =
      FolderRepository.open(List.of(Path.of("src/test/resources/packages/exports")));
  private static final String[] BOTH = {
    "red at 16.0,16.0 of 32.0 x 32.0", "blue at 48.0,48.0 of 32.0 x 32.0"
  };

  private final Device device = Devices.open("cpu", Path.of("target/test-cache"));

  /** Upper left red, lower right blue; twice as large as the networks' input. */
  private static byte[] redAndBlue() {
    try (Picture picture = Pictures.plain(64, 64, 0, 0, 0)) {
      Pictures.paint(picture, 0, 0, 32, 32, 255, 0, 0);
      Pictures.paint(picture, 32, 32, 64, 64, 0, 0, 200);
      return Pictures.encode(picture, ".png");
    }
  }

  private static byte[] black() {
    try (Picture picture = Pictures.plain(64, 64, 0, 0, 0)) {
      return Pictures.encode(picture, ".png");
    }
  }

  private static JobParameters parameters(MaskFormat format) {
    return new JobParameters(
        Confidence.of(0.4), 0.3, 300, false, List.of(), 0, format, Set.of(), null);
  }

  private LoadedModel load(String id) throws Exception {
    return device.load(Objects.requireNonNull(MODELS.find(id + "/1"), id));
  }

  private Done run(String id, MaskFormat format) throws Exception {
    try (LoadedModel model = load(id)) {
      return Jobs.run(model.runners().get(0), parameters(format), redAndBlue()).get(0);
    }
  }

  private static JsonObject answer(Done done) {
    return new JsonObject(Buffer.buffer(done.answer()));
  }

  @Test
  void all_of_them_are_served() {
    assertThat(MODELS.refusals()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "obb",
        "obb-finished",
        "rtdetr",
        "rtdetr-old",
        "dfine",
        "dfine-shares",
        "rf-detr",
        "detr",
        "hf-rtdetr",
        "torchvision",
        "mmdet",
        "yolov7",
        "picodet",
        "yolov5-four",
        "floats-last",
        "bytes",
        "bytes-last",
        "pose-xy"
      })
  void objects_are_found_alone_and_in_batches_and_none_in_an_empty_picture(String id)
      throws Exception {
    try (LoadedModel model = load(id)) {
      BatchRunner runner = model.runners().get(0);
      JobParameters parameters = parameters(MaskFormat.POLYGON);
      assertThat(Jobs.found(Jobs.run(runner, parameters, redAndBlue()).get(0)))
          .containsExactlyInAnyOrder(BOTH);
      assertThat(Jobs.found(Jobs.run(runner, parameters, black()).get(0))).isEmpty();
      if (model.maxBatch() > 2) {
        List<Done> three = Jobs.run(runner, parameters, black(), redAndBlue(), black());
        assertThat(Jobs.found(three.get(0))).isEmpty();
        assertThat(Jobs.found(three.get(1))).containsExactlyInAnyOrder(BOTH);
        assertThat(Jobs.found(three.get(2))).isEmpty();
      }
    }
  }

  @Test
  void batches_are_taken_but_where_the_network_knows_none() throws Exception {
    try (LoadedModel one = load("torchvision");
        LoadedModel many = load("yolov7")) {
      assertThat(one.maxBatch()).isEqualTo(1);
      assertThat(many.maxBatch()).isGreaterThan(1);
    }
  }

  @Test
  void oriented_boxes_have_corners_where_they_are_asked_for() throws Exception {
    JsonObject red =
        answer(run("obb", MaskFormat.CORNERS)).getJsonArray("predictions").getJsonObject(0);
    JsonObject plain =
        answer(run("obb", MaskFormat.POLYGON)).getJsonArray("predictions").getJsonObject(0);

    assertThat(red.getJsonArray("points"))
        .containsExactlyInAnyOrder(point(0, 0), point(32, 0), point(32, 32), point(0, 32));
    assertThat(plain.containsKey("points")).isFalse();
  }

  private static JsonObject point(double x, double y) {
    return new JsonObject().put("x", x).put("y", y);
  }

  @Test
  void key_points_without_a_confidence_are_certain() throws Exception {
    JsonArray points =
        answer(run("pose-xy", MaskFormat.POLYGON))
            .getJsonArray("predictions")
            .getJsonObject(0)
            .getJsonArray("keypoints");

    assertThat(points)
        .containsExactly(
            new JsonObject()
                .put("x", 16.0)
                .put("y", 16.0)
                .put("confidence", 1.0)
                .put("class_id", 0)
                .put("class", "0"),
            new JsonObject()
                .put("x", 24.0)
                .put("y", 24.0)
                .put("confidence", 1.0)
                .put("class_id", 1)
                .put("class", "1"));
  }

  /** Means 0.25, 0 and 0.196 times ten: shares 0.6005, 0.0493 and 0.3502. */
  @ParameterizedTest
  @ValueSource(strings = {"classifier", "classifier-shares"})
  void scores_are_made_shares_unless_they_are(String id) throws Exception {
    JsonObject answer = answer(run(id, MaskFormat.POLYGON));

    assertThat(answer.getString("top")).isEqualTo("red");
    assertThat(answer.getDouble("confidence")).isEqualTo(0.6005);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pixels", "pixels-last"})
  void scores_of_pixels_are_class_maps(String id) throws Exception {
    JsonObject map = answer(run(id, MaskFormat.POLYGON)).getJsonObject("predictions");
    byte[] classes = Base64.getDecoder().decode(map.getString("segmentation_mask"));

    assertThat(map.getJsonObject("class_map").getString("3")).isEqualTo("blue");
    try (Picture picture = ImageDecoder.decode(classes, true)) {
      assertThat(Pictures.color(picture, 5, 5)).containsOnly(1);
      assertThat(Pictures.color(picture, 60, 60)).containsOnly(3);
      assertThat(Pictures.color(picture, 60, 5)).containsOnly(0);
    }
  }
}
