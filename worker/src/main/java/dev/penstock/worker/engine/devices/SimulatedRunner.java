package dev.penstock.worker.engine.devices;

import dev.penstock.job.JobOutcome;
import dev.penstock.job.JobParameters;
import dev.penstock.job.PreprocessStep;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.engine.Answers;
import dev.penstock.worker.engine.BadInputException;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.vision.family.SimulatedDetection;
import dev.penstock.worker.vision.image.ImageDecoder;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.UnreadableImageException;
import org.jspecify.annotations.Nullable;

/** Sleeps for a batch; looks at images only as far as the answer needs it. */
final class SimulatedRunner implements BatchRunner {
  private final ModelDescription model;
  private final Sleep sleep;

  SimulatedRunner(ModelDescription model, Sleep sleep) {
    this.model = model;
    this.sleep = sleep;
  }

  /** Stands for a forward pass. */
  @FunctionalInterface
  interface Sleep {
    void run(int batchSize) throws DeviceException;
  }

  /**
   * An image of which only the size is known, unless it is to be drawn on.
   *
   * @param size of the image
   * @param picture its pixels, or null
   */
  private record MeasuredImage(ImageSize size, @Nullable Picture picture) implements DecodedImage {
    @Override
    public void close() {
      if (picture != null) {
        picture.close();
      }
    }
  }

  @Override
  public DecodedImage decode(byte[] payload, JobParameters parameters) throws BadInputException {
    boolean orient = !parameters.disabled().contains(PreprocessStep.AUTO_ORIENT);
    try {
      if (parameters.drawing() == null) {
        return new MeasuredImage(ImageDecoder.measure(payload, orient), null);
      }
      Picture picture = ImageDecoder.decode(payload, orient);
      return new MeasuredImage(picture.size(), picture);
    } catch (UnreadableImageException e) {
      throw new BadInputException(JobOutcome.Reason.UNREADABLE_IMAGE, e.getMessage());
    }
  }

  @Override
  public void preprocess(int slot, DecodedImage image, JobParameters parameters)
      throws BadInputException {
    Answers.check(((MeasuredImage) image).size(), parameters.drawing());
  }

  @Override
  public void infer(int batchSize) throws DeviceException {
    sleep.run(batchSize);
  }

  @Override
  public JobOutcome postprocess(int slot, DecodedImage image, JobParameters parameters) {
    var measured = (MeasuredImage) image;
    return Answers.done(
        measured.size(),
        SimulatedDetection.predictions(model, measured.size(), parameters),
        measured.picture(),
        parameters.drawing());
  }
}
