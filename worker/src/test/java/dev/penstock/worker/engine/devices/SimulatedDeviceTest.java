package dev.penstock.worker.engine.devices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.StartupException;
import dev.penstock.job.Drawing;
import dev.penstock.job.JobOutcome.Done;
import dev.penstock.job.JobOutcome.Reason;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelPackage;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.BadInputException;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.engine.Jobs;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.engine.WarmUp;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedDeviceTest {
  private static Device device(String spec) {
    return Devices.open(spec, Path.of("target/test-cache"));
  }

  /** Weights are not needed: there is no such folder. */
  private static ModelPackage model(ModelDescription description) {
    return new ModelPackage("any/1", "0".repeat(64), Path.of("absent"), List.of(), description);
  }

  private static byte[] picture() {
    try (Picture picture = Pictures.plain(64, 48, 1, 2, 3)) {
      return Pictures.encode(picture, ".jpg");
    }
  }

  @Test
  void answers_what_looks_like_detections_of_the_model() throws Exception {
    try (Device device = device("simulated:per-image=0ms");
        LoadedModel model = device.load(model(Descriptions.detector("cat", "dog")))) {
      Done done = Jobs.run(model.runners().get(0), JobParameters.DEFAULTS, picture()).get(0);

      assertThat(done.imageWidth()).isEqualTo(64);
      assertThat(done.imageHeight()).isEqualTo(48);
      assertThat(Jobs.found(done)).hasSize(2).anyMatch(found -> found.startsWith("dog at "));
    }
  }

  @ParameterizedTest
  @CsvSource({"1,14", "3,32"})
  void a_pass_takes_base_and_a_share_for_each_image(int batchSize, long milliseconds)
      throws Exception {
    try (Device device = device("simulated:base=5ms,per-image=9ms,max-batch=8");
        LoadedModel model = device.load(model(Descriptions.detector("cat")))) {
      long start = Ticker.SYSTEM.nanos();
      model.runners().get(0).infer(batchSize);

      assertThat(Ticker.SYSTEM.nanos() - start)
          .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'simulated:per-image=1ms,max-batch=9',9",
    "simulated:per-image=1ms,1",
    "'simulated:base=0.5ms,per-image=0.01ms',4"
  })
  void the_bound_is_the_given_one_or_found_as_on_any_device(String spec, int bound)
      throws Exception {
    // Each look at this clock lets a fiftieth of a millisecond pass: no other load can disturb it.
    var clock = new AtomicLong();
    Ticker ticker = () -> clock.addAndGet(20_000);
    try (Device device =
            Devices.open(DeviceSpec.parse(spec), Path.of("target/test-cache"), ticker);
        LoadedModel model = device.load(model(Descriptions.detector("cat")))) {
      assertThat(model.maxBatch()).isEqualTo(bound);
    }
  }

  @Test
  void refuses_what_is_no_image() throws Exception {
    try (Device device = device("simulated:per-image=0ms");
        LoadedModel model = device.load(model(Descriptions.detector("cat")))) {
      assertThatThrownBy(
              () -> model.runners().get(0).decode(new byte[] {1, 2, 3}, JobParameters.DEFAULTS))
          .isInstanceOfSatisfying(
              BadInputException.class,
              e -> assertThat(e.failure().reason()).isEqualTo(Reason.UNREADABLE_IMAGE));
    }
  }

  @Test
  void draws_when_asked_to() throws Exception {
    var defaults = JobParameters.DEFAULTS;
    var drawing =
        new JobParameters(
            defaults.confidence(),
            defaults.iouThreshold(),
            defaults.maxDetections(),
            false,
            List.of(),
            0,
            MaskFormat.POLYGON,
            defaults.disabled(),
            new Drawing(false, 2));
    try (Device device = device("simulated:per-image=0ms");
        LoadedModel model = device.load(model(Descriptions.detector("cat")))) {
      assertThat(Jobs.run(model.runners().get(0), drawing, picture()).get(0).picture())
          .startsWith(0xFF, 0xD8);
    }
  }

  @Test
  void knows_object_detection_only() {
    ModelDescription other = Descriptions.model("vit", "classification", false, List.of("cat"));
    try (Device device = device("simulated")) {
      assertThatThrownBy(() -> device.load(model(other)))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("object-detection only, not 'classification'");
    }
  }

  @Test
  void a_pass_with_a_marked_image_fails_and_others_do_not() throws Exception {
    byte[] marked = Arrays.copyOf(picture(), picture().length + 6);
    System.arraycopy("poison".getBytes(UTF_8), 0, marked, picture().length, 6);
    try (Device device = device("simulated:per-image=0ms,max-batch=2,fail-on=poison");
        LoadedModel model = device.load(model(Descriptions.detector("cat")))) {
      var runner = model.runners().get(0);
      assertThatThrownBy(() -> Jobs.run(runner, JobParameters.DEFAULTS, picture(), marked))
          .isInstanceOf(DeviceException.class)
          .hasMessageContaining("poison");

      assertThat(Jobs.run(runner, JobParameters.DEFAULTS, picture(), picture())).hasSize(2);
    }
  }

  @Test
  void batches_above_a_size_run_out_of_memory() throws Exception {
    try (Device device = device("simulated:per-image=0ms,max-batch=4,fail-above=2");
        LoadedModel model = device.load(model(Descriptions.detector("cat")))) {
      model.runners().get(0).infer(2);

      assertThatThrownBy(() -> model.runners().get(0).infer(3))
          .isInstanceOfSatisfying(
              DeviceException.class, e -> assertThat(e.isOutOfMemory()).isTrue());
      model.limitBatch(2);
      model.limitBatch(3);
      assertThat(model.maxBatch()).isEqualTo(2);
    }
  }

  @Test
  void everything_fails_while_there_is_a_file(@TempDir Path folder) throws Exception {
    Path sick = Files.createFile(folder.resolve("sick"));
    try (Device device = device("simulated:per-image=0ms,max-batch=4,fail-while=" + sick);
        LoadedModel model = device.load(model(Descriptions.detector("cat")))) {
      assertThatThrownBy(() -> WarmUp.run(model.runners().get(0)))
          .isInstanceOf(DeviceException.class);

      Files.delete(sick);
      WarmUp.run(model.runners().get(0));
    }
  }

  @Test
  void an_unknown_key_is_named() {
    assertThatThrownBy(() -> device("simulated:speed=9"))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("'speed=9'");
  }

  @Test
  void an_interrupted_pass_ends_early() throws Exception {
    try (Device device = device("simulated:base=60000ms,max-batch=1");
        LoadedModel model = device.load(model(Descriptions.detector("cat")))) {
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> model.runners().get(0).infer(1)).isInstanceOf(DeviceException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
