package dev.penstock.cli.models;

import dev.penstock.config.StartupException;
import dev.penstock.job.JobParameters;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.BadInputException;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.BatchRunner.DecodedImage;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.engine.LoadedModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;

/**
 * Times a loaded model on a picture of noise: the fastest of some runs, which nothing disturbed.
 */
final class SpeedTest {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 480;
  private static final int MOST_RUNS = 20;
  private static final long ENOUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final LoadedModel model;
  private final BatchRunner runner;
  private final Ticker ticker;

  SpeedTest(LoadedModel model, Ticker ticker) {
    this.model = model;
    this.runner = model.runners().get(0);
    this.ticker = ticker;
  }

  private interface Step {
    void run() throws DeviceException, BadInputException;
  }

  Speed run(String device, long loadNanos) {
    byte[] picture = picture();
    int batch = model.maxBatch();
    try (DecodedImage image = runner.decode(picture, JobParameters.DEFAULTS)) {
      for (int slot = 0; slot < batch; slot++) {
        runner.preprocess(slot, image, JobParameters.DEFAULTS);
      }
      long single = fastest(() -> runner.infer(1));
      long whole = fastest(() -> runner.infer(batch));
      long job = fastest(() -> job(picture));
      return new Speed(
          device,
          millis(loadNanos),
          millis(job),
          millis(single),
          batch,
          batch * 1e9 / whole,
          model.batchObjection());
    } catch (DeviceException | BadInputException e) {
      throw new StartupException("The model was loaded but does not run: " + e.getMessage(), e);
    }
  }

  private void job(byte[] picture) throws DeviceException, BadInputException {
    try (DecodedImage image = runner.decode(picture, JobParameters.DEFAULTS)) {
      runner.preprocess(0, image, JobParameters.DEFAULTS);
      runner.infer(1);
      runner.postprocess(0, image, JobParameters.DEFAULTS);
    }
  }

  private long fastest(Step step) throws DeviceException, BadInputException {
    long fastest = Long.MAX_VALUE;
    long spent = 0;
    for (int run = 0; run < MOST_RUNS && spent < ENOUGH_NANOS; run++) {
      long start = ticker.nanos();
      step.run();
      long took = ticker.nanos() - start;
      fastest = Math.min(fastest, took);
      spent += took;
    }
    return Math.max(1, fastest);
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }

  private static byte[] picture() {
    var picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        picture.setRGB(x, y, x * 31 + y * 17 + x * y);
      }
    }
    var jpeg = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "jpeg", jpeg);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return jpeg.toByteArray();
  }
}
