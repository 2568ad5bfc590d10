package dev.penstock.worker.engine;

import dev.penstock.job.Drawing;
import dev.penstock.job.JobParameters;
import dev.penstock.worker.engine.BatchRunner.DecodedImage;
import dev.penstock.worker.render.PredictionPainter;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.image.Picture;
import java.util.List;

/**
 * One picture on the whole way of a job, so that the first client does not wait for classes,
 * kernels and buffers. Lanes share the network: one of them warms it for all.
 */
public final class WarmUp {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;

  private WarmUp() {}

  /**
   * @throws DeviceException when the forward pass fails
   */
  public static void run(BatchRunner runner) throws DeviceException {
    try (DecodedImage image = runner.decode(jpeg(), JobParameters.DEFAULTS)) {
      runner.preprocess(0, image, JobParameters.DEFAULTS);
      runner.infer(1);
      runner.postprocess(0, image, JobParameters.DEFAULTS);
    } catch (BadInputException e) {
      throw new DeviceException("the warm-up picture was refused: " + e.failure().message(), e);
    }
  }

  private static byte[] jpeg() {
    try (Picture picture = WarmUpPictures.of(0, WIDTH, HEIGHT)) {
      return PredictionPainter.jpeg(
          picture, new Predictions.Detections(List.of()), new Drawing(false, 1));
    }
  }
}
