package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import dev.penstock.job.Drawing;
import dev.penstock.job.JobOutcome.Done;
import dev.penstock.job.JobOutcome.Failed;
import dev.penstock.job.JobOutcome.Reason;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.worker.engine.BadInputException;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.BatchRunner.DecodedImage;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.Jobs;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.engine.devices.Devices;
import dev.penstock.worker.memory.MachineMemory;
import dev.penstock.worker.vision.image.ImageDecoder;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real networks on the CPU: the shipped one, and the tiny ones of src/test/python. */
class OnnxDeviceTest {
  private static final Path CACHE = Path.of("target/test-cache");
  private static final Path TINY = Path.of("src/test/resources/packages");
  private static final Path SHIPPED = Path.of("../deploy/models");

  private final Device device = Devices.open("cpu", CACHE);

  private static ModelPackage find(Path models, String id) {
    return Objects.requireNonNull(FolderRepository.open(List.of(models)).find(id));
  }

  /** A picture with one red and one blue quarter, twice as large as the network's input. */
  private static byte[] redAndBlue(boolean swapped) {
    try (Picture picture = Pictures.plain(64, 64, 0, 0, 0)) {
      int first = swapped ? 32 : 0;
      Pictures.paint(picture, first, 0, first + 32, 32, 255, 0, 0);
      Pictures.paint(picture, 32 - first, 32, 64 - first, 64, 0, 0, 200);
      return Pictures.encode(picture, ".png");
    }
  }

  private static final List<String> PLAIN =
      List.of("red at 16.0,16.0 of 32.0 x 32.0", "blue at 48.0,48.0 of 32.0 x 32.0");
  private static final List<String> SWAPPED =
      List.of("red at 48.0,16.0 of 32.0 x 32.0", "blue at 16.0,48.0 of 32.0 x 32.0");

  /** Any batch, a fixed one, half precision, outputs of open shape. */
  @ParameterizedTest
  @ValueSource(strings = {"tiny/1", "tiny/2", "tiny/3", "tiny/4"})
  void finds_what_is_painted(String id) throws Exception {
    try (LoadedModel model = device.load(find(TINY, id))) {
      for (BatchRunner runner : model.runners()) {
        List<Done> done = Jobs.run(runner, JobParameters.DEFAULTS, redAndBlue(false));

        assertThat(done.get(0).imageWidth()).isEqualTo(64);
        assertThat(done.get(0).picture()).isNull();
        assertThat(Jobs.found(done.get(0))).isEqualTo(PLAIN);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny/2"})
  void images_of_a_batch_do_not_touch_each_other(String id) throws Exception {
    try (LoadedModel model = device.load(find(TINY, id))) {
      assertThat(model.maxBatch()).isEqualTo(2);
      BatchRunner runner = model.runners().get(0);

      List<Done> both =
          Jobs.run(runner, JobParameters.DEFAULTS, redAndBlue(true), redAndBlue(false));
      assertThat(Jobs.found(both.get(0))).isEqualTo(SWAPPED);
      assertThat(Jobs.found(both.get(1))).isEqualTo(PLAIN);

      List<Done> one = Jobs.run(runner, JobParameters.DEFAULTS, redAndBlue(false));
      assertThat(Jobs.found(one.get(0))).isEqualTo(PLAIN);
    }
  }

  @Test
  void a_batch_bound_that_memory_lowered_is_there_after_the_next_start(@TempDir Path cache)
      throws Exception {
    ModelPackage tiny = find(TINY, "tiny/1");
    Files.writeString(boundOf(tiny, cache), "4");
    try (LoadedModel model = Devices.open("cpu", cache).load(tiny)) {
      assertThat(model.maxBatch()).isEqualTo(4);
      model.limitBatch(2);
      model.limitBatch(3);
      assertThat(model.maxBatch()).isEqualTo(2);
    }

    try (LoadedModel model = Devices.open("cpu", cache).load(tiny)) {
      assertThat(model.maxBatch()).isEqualTo(2);
    }
  }

  private static Path boundOf(ModelPackage modelPackage, Path cache) throws IOException {
    String version = OrtEnvironment.getEnvironment().getVersion();
    return Files.createDirectories(cache.resolve("batch-bounds"))
        .resolve(modelPackage.digest() + "-cpu-ort-" + version + "-proved");
  }

  @Test
  void what_a_model_takes_is_measured_and_known_before_it_is_loaded_again(@TempDir Path cache)
      throws Exception {
    ModelPackage shipped = find(SHIPPED, "coco/1");
    long weights = Files.size(shipped.weights());
    Device cpu = Devices.open("cpu", cache);
    assertThat(cpu.memory().measured(shipped)).isEmpty();
    assertThat(cpu.memory().estimate(shipped)).isGreaterThan(weights);
    long measured;
    try (LoadedModel model = cpu.load(shipped)) {
      measured = model.memory();
      assertThat(measured).isBetween(weights, 40 * weights);
    }

    assertThat(cpu.memory().measured(shipped)).hasValue(measured);
    assertThat(Devices.open("cpu", cache).memory().measured(shipped)).hasValue(measured);
  }

  @Test
  void a_machine_says_how_much_there_is_for_models() {
    assertThat(device.memory().capacity()).isPositive();
    assertThat(device.memory().headroom()).isLessThan(MachineMemory.here().total());
  }

  @Test
  void a_network_of_a_fixed_batch_keeps_its_bound() throws Exception {
    try (LoadedModel model = device.load(find(TINY, "tiny/2"))) {
      model.limitBatch(1);

      assertThat(model.maxBatch()).isEqualTo(2);
    }
  }

  @Test
  void lanes_run_side_by_side() throws Exception {
    try (LoadedModel model = device.load(find(TINY, "tiny/1"))) {
      assertThat(model.runners()).hasSize(device.lanes());
      var threads = Executors.newFixedThreadPool(device.lanes());
      try {
        List<Callable<Boolean>> lanes =
            model.runners().stream()
                .map(runner -> (Callable<Boolean>) () -> alternates(runner))
                .toList();
        for (var lane : threads.invokeAll(lanes)) {
          assertThat(lane.get()).isTrue();
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  private static boolean alternates(BatchRunner runner) throws Exception {
    for (int i = 0; i < 50; i++) {
      boolean swapped = i % 2 == 0;
      Done done = Jobs.run(runner, JobParameters.DEFAULTS, redAndBlue(swapped)).get(0);
      if (!Jobs.found(done).equals(swapped ? SWAPPED : PLAIN)) {
        return false;
      }
    }
    return true;
  }

  private static JobParameters drawing() {
    var defaults = JobParameters.DEFAULTS;
    return new JobParameters(
        defaults.confidence(),
        defaults.iouThreshold(),
        defaults.maxDetections(),
        false,
        List.of(),
        0,
        MaskFormat.POLYGON,
        defaults.disabled(),
        new Drawing(false, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "simulated"})
  void a_picture_too_long_for_a_jpeg_is_refused_before_it_is_computed(String spec)
      throws Exception {
    byte[] file = line(65_501);
    try (LoadedModel model = Devices.open(spec, CACHE).load(find(TINY, "tiny/1"))) {
      BatchRunner runner = model.runners().get(0);
      try (DecodedImage image = runner.decode(file, drawing())) {
        assertThatThrownBy(() -> runner.preprocess(0, image, drawing()))
            .isInstanceOfSatisfying(
                BadInputException.class,
                e -> assertThat(e.failure().reason()).isEqualTo(Reason.MODEL_INPUT))
            .hasMessageContaining("65501 x 1 pixels cannot be drawn on");
      }
    }
  }

  @Test
  void a_picture_too_long_for_a_jpeg_is_answered_without_one() throws Exception {
    Device simulated = Devices.open("simulated:per-image=0ms,max-batch=1", CACHE);
    try (LoadedModel model = simulated.load(find(TINY, "tiny/1"))) {
      BatchRunner runner = model.runners().get(0);
      assertThat(Jobs.run(runner, JobParameters.DEFAULTS, line(65_501))).hasSize(1);
      assertThat(Jobs.run(runner, drawing(), line(65_500)).get(0).picture()).isNotNull();
    }
  }

  private static byte[] line(int width) {
    try (Picture line = Pictures.plain(width, 1, 0, 0, 0)) {
      return Pictures.encode(line, ".png");
    }
  }

  @Test
  void draws_when_asked_to() throws Exception {
    try (LoadedModel model = device.load(find(TINY, "tiny/1"))) {
      Done done = Jobs.run(model.runners().get(0), drawing(), redAndBlue(false)).get(0);

      try (Picture picture = ImageDecoder.decode(Objects.requireNonNull(done.picture()), true)) {
        assertThat(picture.size()).isEqualTo(new ImageSize(64, 64));
      }
    }
  }

  @Test
  void a_bad_image_and_one_the_model_cannot_take_are_told_apart() throws Exception {
    try (LoadedModel model = device.load(find(TINY, "tiny/1"));
        Picture line = Pictures.plain(900, 1, 0, 0, 0)) {
      BatchRunner runner = model.runners().get(0);

      assertThatThrownBy(() -> runner.decode(new byte[] {1, 2, 3}, JobParameters.DEFAULTS))
          .isInstanceOfSatisfying(
              BadInputException.class,
              e ->
                  assertThat(e.failure())
                      .isEqualTo(
                          new Failed(Reason.UNREADABLE_IMAGE, "Malformed base64 input image.")));
      byte[] file = Pictures.encode(line, ".png");
      try (DecodedImage image = runner.decode(file, JobParameters.DEFAULTS)) {
        assertThatThrownBy(() -> runner.preprocess(0, image, JobParameters.DEFAULTS))
            .isInstanceOfSatisfying(
                BadInputException.class,
                e -> assertThat(e.failure().reason()).isEqualTo(Reason.MODEL_INPUT));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_config.json | yolov8 | yolact | architecture 'yolact' with task 'object-detection' is"
            + " not supported by this version",
        "inference_config.json | 'letterbox' | 'fit-longer-edge' | ''",
        "inference_config.json | \"width\": 32 | \"width\": 64 | the network takes [-1, 3, 32, 32]"
            + " but inference_config.json says [-1, 3, 32, 64]",
        "class_names.txt | blue | '' | the network answers [-1, 7, 4] but yolov8 with 2 class names"
            + " should answer [batch, 6, candidates]",
        "model_config.json | yolov8 | rfdetr | the network answers [[-1, 7, 4]] but rfdetr should"
            + " answer [batch, queries, 4], [batch, queries, classes]",
        "weights.onnx | AveragePool | AveragePxyz | weights.onnx is no network that ONNX Runtime can run"
      })
  void says_why_a_model_cannot_be_loaded(
      String file, String from, String to, String message, @TempDir Path models) throws Exception {
    Path folder = copy(TINY.resolve("tiny/1"), models.resolve("tiny/1"));
    String content = Files.readString(folder.resolve(file), StandardCharsets.ISO_8859_1);
    Files.writeString(folder.resolve(file), content.replace(from, to), StandardCharsets.ISO_8859_1);
    ModelPackage changed = find(models, "tiny/1");

    if (message.isEmpty()) {
      device.load(changed).close();
    } else {
      assertThatThrownBy(() -> device.load(changed))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining(message);
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  @ParameterizedTest
  @CsvSource({"astronaut.png,person", "chelsea.png,cat", "coffee.png,cup"})
  void the_shipped_model_knows_the_shipped_pictures(String picture, String expected)
      throws Exception {
    byte[] file = Files.readAllBytes(Path.of("../deploy/images", picture));
    try (LoadedModel model = device.load(find(SHIPPED, "coco/1"))) {
      Done done = Jobs.run(model.runners().get(0), JobParameters.DEFAULTS, file).get(0);

      assertThat(Jobs.found(done)).anyMatch(found -> found.startsWith(expected + " at "));
    }
  }
}
