package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.job.Confidence;
import dev.penstock.job.JobOutcome.Done;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.BatchRunner.DecodedImage;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.devices.Devices;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bare exports answer what their own tool finds with them; they lie beside the checkout, where they
 * are available.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportsTest {
  private static final Path EXPORTS = Path.of("../../shared/models/exports");
  private static final Path EXPECTED = EXPORTS.resolve("expected.json");

  /** Corners are whole pixels in answers, so half a pixel of it is rounding. */
  private static final double PIXELS = 2;

  private static final double SCORE = 0.02;

  /** There the tool pads pictures that are not square to a rectangle, and Penstock to a square. */
  private static final double DYNAMIC_SCORE = 0.04;

  private static final JobParameters PARAMETERS =
      new JobParameters(
          Confidence.of(0.3), 0.45, 300, false, List.of(), 0, MaskFormat.POLYGON, Set.of(), null);

  private Device device;
  private FolderRepository repository;

  record Case(String export, String picture, JsonArray expected) {
    @Override
    public String toString() {
      return export + " " + picture;
    }
  }

  @BeforeAll
  void open(@TempDir Path cache) {
    assumeTrue(Files.exists(EXPECTED), "no exports at " + EXPORTS.toAbsolutePath());
    device = Devices.open("cpu", cache);
    repository = FolderRepository.open(List.of(EXPORTS));
  }

  Stream<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    for (var export : new JsonObject(Files.readString(EXPECTED))) {
      JsonObject results = ((JsonObject) export.getValue()).getJsonObject("res");
      for (String picture : results.fieldNames()) {
        cases.add(new Case(export.getKey(), picture, results.getJsonArray(picture)));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void an_export_finds_what_its_own_tool_finds_with_it(Case recorded) throws Exception {
    ModelPackage model =
        Objects.requireNonNull(repository.find(recorded.export() + "/1"), "not served");
    JsonObject answer = answer(model, EXPORTS.resolve(recorded.picture()));

    if (recorded.expected().getValue(0) instanceof Number) {
      checkProbabilities(answer, recorded.expected());
    } else {
      boolean padsOtherwise =
          recorded.export().contains("dynamic") && recorded.picture().equals("shapes1.png");
      checkObjects(
          answer.getJsonArray("predictions"),
          recorded.expected(),
          padsOtherwise ? DYNAMIC_SCORE : SCORE);
    }
  }

  private JsonObject answer(ModelPackage model, Path picture) throws Exception {
    try (LoadedModel loaded = device.load(model)) {
      BatchRunner runner = loaded.runners().get(0);
      try (DecodedImage image = runner.decode(Files.readAllBytes(picture), PARAMETERS)) {
        runner.preprocess(0, image, PARAMETERS);
        runner.infer(1);
        Done done = (Done) runner.postprocess(0, image, PARAMETERS);
        return new JsonObject(Buffer.buffer(done.answer()));
      }
    }
  }

  /** Probabilities by class id; an answer lists those above the threshold. */
  private static void checkProbabilities(JsonObject answer, JsonArray expected) {
    for (Object each : answer.getJsonArray("predictions")) {
      var prediction = (JsonObject) each;
      assertThat(prediction.getDouble("confidence"))
          .as(prediction.encode())
          .isCloseTo(expected.getDouble(prediction.getInteger("class_id")), within(SCORE));
    }
    assertThat(answer.getJsonArray("predictions"))
        .hasSameSizeAs(expected.stream().filter(p -> ((Number) p).doubleValue() >= 0.3).toList());
  }

  private static void checkObjects(JsonArray found, JsonArray expected, double score) {
    List<JsonArray> rows =
        expected.stream().filter(JsonArray.class::isInstance).map(JsonArray.class::cast).toList();
    assertThat(found).as(found.encodePrettily()).hasSameSizeAs(rows);
    var rest = new ArrayList<>(rows);
    for (Object each : found) {
      var object = (JsonObject) each;
      JsonArray same =
          rest.stream()
              .filter(row -> matches(object, row, score))
              .findFirst()
              .orElseThrow(() -> new AssertionError(object.encode() + " is none of " + rest));
      rest.remove(same);
    }
    if (expected.getValue(expected.size() - 1) instanceof JsonObject first) {
      checkKeypoints(found.getJsonObject(0), first.getJsonArray("k"), score);
    }
  }

  private static boolean matches(JsonObject object, JsonArray row, double score) {
    double left = object.getDouble("x") - object.getDouble("width") / 2;
    double top = object.getDouble("y") - object.getDouble("height") / 2;
    return near(left, row.getDouble(0), PIXELS)
        && near(top, row.getDouble(1), PIXELS)
        && near(left + object.getDouble("width"), row.getDouble(2), PIXELS)
        && near(top + object.getDouble("height"), row.getDouble(3), PIXELS)
        && near(object.getDouble("confidence"), row.getDouble(4), score)
        && object.getInteger("class_id") == row.getInteger(5).intValue();
  }

  private static boolean near(double value, double expected, double tolerance) {
    return Math.abs(value - expected) <= tolerance;
  }

  private static void checkKeypoints(JsonObject object, JsonArray expected, double score) {
    JsonArray keypoints = object.getJsonArray("keypoints");
    assertThat(keypoints).hasSameSizeAs(expected);
    for (int i = 0; i < keypoints.size(); i++) {
      JsonObject keypoint = keypoints.getJsonObject(i);
      JsonArray row = expected.getJsonArray(i);
      assertThat(keypoint.getDouble("x")).isCloseTo(row.getDouble(0), within(PIXELS));
      assertThat(keypoint.getDouble("y")).isCloseTo(row.getDouble(1), within(PIXELS));
      assertThat(keypoint.getDouble("confidence")).isCloseTo(row.getDouble(2), within(score));
    }
  }
}
