package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.Confidence;
import dev.penstock.job.Drawing;
import dev.penstock.job.JobOutcome.Done;
import dev.penstock.job.JobParameters;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.Jobs;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.devices.Devices;
import dev.penstock.worker.vision.image.ImageDecoder;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classifiers, class maps and RF-DETR from picture to answer, by networks of src/test/python. */
class ClassNetworksTest {
  private static final Path PACKAGES = Path.of("src/test/resources/packages");

  private final Device device = Devices.open("cpu", Path.of("target/test-cache"));

  /** One quarter red, one blue, the rest black; twice as large as the networks' input. */
  private static byte[] redAndBlue() {
    try (Picture picture = Pictures.plain(64, 64, 0, 0, 0)) {
      Pictures.paint(picture, 0, 0, 32, 32, 255, 0, 0);
      Pictures.paint(picture, 32, 32, 64, 64, 0, 0, 200);
      return Pictures.encode(picture, ".png");
    }
  }

  private Done run(String id, JobParameters parameters) throws Exception {
    var repository = FolderRepository.open(List.of(PACKAGES));
    try (LoadedModel model = device.load(Objects.requireNonNull(repository.find(id)))) {
      return Jobs.run(model.runners().get(0), parameters, redAndBlue()).get(0);
    }
  }

  private JsonObject answer(String id) throws Exception {
    return new JsonObject(Buffer.buffer(run(id, JobParameters.DEFAULTS).answer()));
  }

  /** Means 0.25, 0 and 0.196 times ten: shares 0.6005, 0.0493 and 0.3502. */
  @ParameterizedTest
  @ValueSource(strings = {"tiny-vit/1", "tiny-resnet/1", "tiny-yolo-cls/1"})
  void a_classifier_names_the_class_of_the_picture(String id) throws Exception {
    JsonObject answer = answer(id);

    assertThat(answer.getString("top")).isEqualTo("red");
    assertThat(answer.getDouble("confidence")).isEqualTo(0.6005);
    assertThat(answer.getJsonArray("predictions")).hasSize(1);
    assertThat(answer.getJsonArray("predictions").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("class", "red")
                .put("class_id", 0)
                .put("confidence", answer.getDouble("confidence")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-vit/2", "tiny-resnet/2"})
  void a_classifier_of_many_labels_says_how_sure_it_is_of_each(String id) throws Exception {
    var parameters =
        JobParameters.fromJson(JobParameters.DEFAULTS.toJson().put("confidence", "0.6"));
    JsonObject answer = new JsonObject(Buffer.buffer(run(id, parameters).answer()));

    assertThat(parameters.confidence()).isEqualTo(Confidence.of(0.6));
    assertThat(answer.getJsonArray("predicted_classes"))
        .isEqualTo(new JsonArray("[\"red\",\"blue\"]"));
    assertThat(answer.getJsonObject("predictions").fieldNames())
        .containsExactly("red", "green", "blue");
    assertThat(answer.getJsonObject("predictions").getJsonObject("green").getDouble("confidence"))
        .isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-deeplab/1", "tiny-yolo26-sem/1", "tiny-rfdetr/3"})
  void a_class_map_has_the_size_of_the_picture(String id) throws Exception {
    JsonObject map = answer(id).getJsonObject("predictions");
    byte[] classes = Base64.getDecoder().decode(map.getString("segmentation_mask"));

    assertThat(map.getJsonArray("present_class_ids")).isEqualTo(new JsonArray("[0,1,3]"));
    assertThat(map.getJsonObject("class_map").getString("3")).isEqualTo("blue");
    assertThat(ImageDecoder.measure(classes, true)).isEqualTo(new ImageSize(64, 64));
    try (Picture picture = ImageDecoder.decode(classes, true)) {
      assertThat(Pictures.color(picture, 5, 5)).containsOnly(1);
      assertThat(Pictures.color(picture, 60, 60)).containsOnly(3);
      assertThat(Pictures.color(picture, 60, 5)).containsOnly(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-rfdetr/1", "tiny-rfdetr/2"})
  void rf_detr_finds_what_is_painted(String id) throws Exception {
    Done done = run(id, JobParameters.DEFAULTS);

    assertThat(Jobs.found(done))
        .containsExactly("red at 16.0,16.0 of 32.0 x 32.0", "blue at 48.0,48.0 of 32.0 x 32.0");
    if (id.endsWith("2")) {
      JsonArray points =
          new JsonObject(Buffer.buffer(done.answer()))
              .getJsonArray("predictions")
              .getJsonObject(0)
              .getJsonArray("points");
      assertThat(points).contains(new JsonObject().put("x", 0.0).put("y", 0.0));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tiny-vit/1", "tiny-vit/2", "tiny-deeplab/1", "tiny-rfdetr/1", "tiny-rfdetr/2"})
  void draws_a_picture_of_the_same_size(String id) throws Exception {
    var base = JobParameters.DEFAULTS;
    var parameters =
        new JobParameters(
            base.confidence(),
            base.iouThreshold(),
            base.maxDetections(),
            false,
            List.of(),
            0,
            base.maskFormat(),
            base.disabled(),
            new Drawing(true, 1));
    byte[] picture = Objects.requireNonNull(run(id, parameters).picture());

    assertThat(ImageDecoder.measure(picture, true)).isEqualTo(new ImageSize(64, 64));
  }
}
