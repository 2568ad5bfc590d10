package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.job.Confidence;
import dev.penstock.job.JobOutcome.Done;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.job.PreprocessStep;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.Jobs;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.engine.devices.Devices;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Numbers equal to the reference server's: its recorded answers lie beside the checkout, where they
 * are available.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedAnswersTest {
  private static final Path SHARED = Path.of("../../shared");
  private static final Path CASES = SHARED.resolve("golden/cases.jsonl.gz");

  /** Groups of this version. */
  private static final Set<String> GROUPS =
      Set.of(
          "preprocessing",
          "detection",
          "thresholds",
          "more architectures",
          "real weights",
          "instance segmentation",
          "key-points",
          "image formats",
          "classification",
          "semantic segmentation");

  /** Recorded on a processor whose 8-bit products saturate: another class altogether. */
  private static final String SATURATED = "yolov8n-cls-uint8/1";

  private final Map<String, LoadedModel> models = new HashMap<>();
  private Device device;
  private FolderRepository repository;

  record Case(
      String id, ModelPackage model, Path image, JobParameters parameters, JsonObject answer) {
    @Override
    public String toString() {
      return id;
    }
  }

  @BeforeAll
  void open(@TempDir Path cache) {
    assumeTrue(Files.exists(CASES), "no recorded answers at " + CASES.toAbsolutePath());
    device = Devices.open("cpu", cache);
    repository = FolderRepository.open(List.of(SHARED.resolve("golden/packages")));
  }

  @AfterAll
  void close() {
    models.values().forEach(LoadedModel::close);
  }

  Stream<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(CASES)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        var json = new JsonObject(line);
        String path = json.getString("path");
        JsonObject body = json.getJsonObject("body", new JsonObject());
        JsonObject query = json.getJsonObject("query", new JsonObject());
        if (GROUPS.contains(json.getString("group"))
            && !path.endsWith(SATURATED)
            && body.containsKey("image")
            && json.getInteger("status") == 200
            && !"image".equals(query.getString("format"))) {
          cases.add(
              new Case(
                  json.getString("id"),
                  Objects.requireNonNull(repository.find(path.substring(1))),
                  SHARED.resolve("images").resolve(body.getString("image")),
                  parameters(query),
                  json.getJsonObject("response")));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answers_with_the_numbers_of_the_reference(Case recorded) throws Exception {
    boolean arbitrary = isArbitrary(recorded);
    Done done = run(recorded, arbitrary ? unlimited(recorded.parameters()) : recorded.parameters());
    JsonObject answer = new JsonObject(Buffer.buffer(done.answer()));

    JsonObject size = recorded.answer().getJsonObject("image");
    assertThat(done.imageWidth()).isEqualTo(size.getInteger("width"));
    assertThat(done.imageHeight()).isEqualTo(size.getInteger("height"));
    if (arbitrary) {
      AnswerComparison.assertFinds(answer, recorded.answer());
    } else {
      AnswerComparison.assertSame(
          answer, recorded.answer(), recorded.model().id().contains("int8"));
    }
  }

  /**
   * The random networks in the layout of RF-DETR give hundreds of equal scores, whose order in the
   * reference is that of an unstable sort: different from processor to processor.
   */
  private static boolean isArbitrary(Case recorded) {
    return recorded.model().id().startsWith("rfdetr") && !recorded.model().id().contains("sem");
  }

  private Done run(Case recorded, JobParameters parameters) throws Exception {
    BatchRunner runner =
        models
            .computeIfAbsent(recorded.model().id(), id -> load(recorded.model()))
            .runners()
            .get(0);
    return Jobs.run(runner, parameters, Files.readAllBytes(recorded.image())).get(0);
  }

  private static JobParameters unlimited(JobParameters limited) {
    return JobParameters.fromJson(limited.toJson().put("maxDetections", Integer.MAX_VALUE));
  }

  private LoadedModel load(ModelPackage model) {
    try {
      return device.load(model);
    } catch (ModelLoadException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  /** As the router reads a query. */
  private static JobParameters parameters(JsonObject query) {
    Object confidence = query.getValue("confidence", JobParameters.DEFAULT_CONFIDENCE);
    Set<PreprocessStep> disabled = EnumSet.noneOf(PreprocessStep.class);
    for (PreprocessStep step : PreprocessStep.values()) {
      if (query.containsKey("disable_preproc_" + step.name().toLowerCase(Locale.ROOT))) {
        disabled.add(step);
      }
    }
    return new JobParameters(
        confidence instanceof Number number
            ? Confidence.of(Math.max(0.01, fraction(number.doubleValue())))
            : Confidence.parse(confidence.toString()),
        fraction(query.getDouble("overlap", JobParameters.DEFAULT_IOU_THRESHOLD)),
        query.getInteger("max_detections", JobParameters.DEFAULT_MAX_DETECTIONS),
        false,
        List.of(),
        0,
        MaskFormat.valueOf(
            query.getString("response_mask_format", "polygon").toUpperCase(Locale.ROOT)),
        disabled,
        null);
  }

  private static double fraction(double value) {
    return value >= 1 ? value / 100 : value;
  }
}
