package dev.penstock.worker.engine.devices;

import dev.penstock.job.JobOutcome;
import dev.penstock.job.JobParameters;
import dev.penstock.job.PreprocessStep;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.engine.Answers;
import dev.penstock.worker.engine.BadInputException;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.engine.devices.SimulatedFaults.Effect;
import dev.penstock.worker.vision.family.SimulatedDetection;
import dev.penstock.worker.vision.image.ImageDecoder;
import dev.penstock.worker.vision.image.ImageDemand;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.UnreadableImageException;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Sleeps for a batch; looks at images only as far as the answer needs it. */
final class SimulatedRunner implements BatchRunner {
  private final ModelDescription model;
  private final SimulatedFaults faults;
  private final Sleep sleep;

  /** What the image in each slot does to a pass. */
  private final AtomicReferenceArray<Effect> effects;

  SimulatedRunner(ModelDescription model, SimulatedFaults faults, int maxBatch, Sleep sleep) {
    this.model = model;
    this.faults = faults;
    this.sleep = sleep;
    this.effects =
        new AtomicReferenceArray<>(
            Collections.nCopies(maxBatch, Effect.NONE).toArray(Effect[]::new));
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
   * @param effect what it does to a forward pass
   */
  private record MeasuredImage(ImageSize size, @Nullable Picture picture, Effect effect)
      implements DecodedImage {
    @Override
    public void close() {
      if (picture != null) {
        picture.close();
      }
    }
  }

  @Override
  public ImageDemand demand(byte[] payload, JobParameters parameters) {
    return parameters.drawing() == null ? ImageDemand.NONE : ImageDecoder.demand(payload, 1);
  }

  private static boolean orients(JobParameters parameters) {
    return !parameters.disabled().contains(PreprocessStep.AUTO_ORIENT);
  }

  @Override
  public DecodedImage decode(byte[] payload, JobParameters parameters) throws BadInputException {
    boolean orient = orients(parameters);
    try {
      if (parameters.drawing() == null) {
        return new MeasuredImage(
            ImageDecoder.measure(payload, orient), null, faults.effectOf(payload));
      }
      Picture picture = ImageDecoder.decode(payload, orient);
      return new MeasuredImage(picture.size(), picture, faults.effectOf(payload));
    } catch (UnreadableImageException e) {
      throw new BadInputException(JobOutcome.Reason.UNREADABLE_IMAGE, e.getMessage());
    }
  }

  @Override
  public void preprocess(int slot, DecodedImage image, JobParameters parameters)
      throws BadInputException {
    var measured = (MeasuredImage) image;
    Answers.check(measured.size(), parameters.drawing());
    effects.set(slot, measured.effect());
  }

  @Override
  public void infer(int batchSize) throws DeviceException {
    faults.check(batchSize);
    sleep.run(batchSize);
    for (int slot = 0; slot < batchSize; slot++) {
      effects.get(slot).happen();
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
