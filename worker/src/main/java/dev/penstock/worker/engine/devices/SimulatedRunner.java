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
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/** Sleeps for a batch; looks at images only as far as the answer needs it. */
final class SimulatedRunner implements BatchRunner {
  private final ModelDescription model;
  private final SimulatedFaults faults;
  private final Sleep sleep;

  /** Which slots hold an image that no pass survives. */
  private final AtomicIntegerArray poison;

  SimulatedRunner(ModelDescription model, SimulatedFaults faults, int maxBatch, Sleep sleep) {
    this.model = model;
    this.faults = faults;
    this.sleep = sleep;
    this.poison = new AtomicIntegerArray(maxBatch);
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
   * @param isPoison whether a forward pass fails on it
   */
  private record MeasuredImage(ImageSize size, @Nullable Picture picture, boolean isPoison)
      implements DecodedImage {
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
        return new MeasuredImage(
            ImageDecoder.measure(payload, orient), null, faults.isPoison(payload));
      }
      Picture picture = ImageDecoder.decode(payload, orient);
      return new MeasuredImage(picture.size(), picture, faults.isPoison(payload));
    } catch (UnreadableImageException e) {
      throw new BadInputException(JobOutcome.Reason.UNREADABLE_IMAGE, e.getMessage());
    }
  }

  @Override
  public void preprocess(int slot, DecodedImage image, JobParameters parameters)
      throws BadInputException {
    var measured = (MeasuredImage) image;
    Answers.check(measured.size(), parameters.drawing());
    poison.set(slot, measured.isPoison() ? 1 : 0);
  }

  @Override
  public void infer(int batchSize) throws DeviceException {
    faults.check(batchSize);
    sleep.run(batchSize);
    for (int slot = 0; slot < batchSize; slot++) {
      if (poison.get(slot) == 1) {
        throw SimulatedFaults.failure("an image of the batch is poison");
      }
    }
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
