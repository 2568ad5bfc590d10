package dev.penstock.worker.engine.onnx;

import dev.penstock.job.JobOutcome;
import dev.penstock.job.JobParameters;
import dev.penstock.job.PreprocessStep;
import dev.penstock.worker.engine.Answers;
import dev.penstock.worker.engine.BadInputException;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.image.ImageDecoder;
import dev.penstock.worker.vision.image.ImageDemand;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Placement;
import dev.penstock.worker.vision.image.UnreadableImageException;
import dev.penstock.worker.vision.preprocess.Preprocessor;
import dev.penstock.worker.vision.preprocess.UnusableImageException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.bytedeco.opencv.opencv_core.Mat;

/** Batches of one model on one lane: pixels in, tensors through, predictions out. */
final class OnnxRunner implements BatchRunner {
  private final TensorLane tensors;
  private final ModelFamily family;
  private final Preprocessor preprocessor;
  private final AtomicReferenceArray<Placement> placements;

  OnnxRunner(TensorLane tensors, int maxBatch, ModelFamily family, Preprocessor preprocessor) {
    this.tensors = tensors;
    this.family = family;
    this.preprocessor = preprocessor;
    this.placements = new AtomicReferenceArray<>(maxBatch);
  }

  /** The pixels, off-heap. */
  private record DecodedPicture(Picture picture) implements DecodedImage {
    @Override
    public void close() {
      picture.close();
    }
  }

  @Override
  public ImageDemand demand(byte[] payload, JobParameters parameters) {
    return ImageDecoder.demand(payload, preprocessor.copies(parameters.disabled()));
  }

  private static boolean orients(JobParameters parameters) {
    return !parameters.disabled().contains(PreprocessStep.AUTO_ORIENT);
  }

  @Override
  public DecodedImage decode(byte[] payload, JobParameters parameters) throws BadInputException {
    try {
      return new DecodedPicture(ImageDecoder.decode(payload, orients(parameters)));
    } catch (UnreadableImageException e) {
      throw new BadInputException(JobOutcome.Reason.UNREADABLE_IMAGE, e.getMessage());
    }
  }

  @Override
  public void preprocess(int slot, DecodedImage image, JobParameters parameters)
      throws BadInputException {
    Answers.check(picture(image).size(), parameters.drawing());
    try (Mat target = tensors.slot(slot)) {
      placements.set(slot, preprocessor.write(picture(image), parameters.disabled(), target));
    } catch (UnusableImageException e) {
      throw new BadInputException(JobOutcome.Reason.MODEL_INPUT, e.getMessage());
    }
  }

  @Override
  public void infer(int batchSize) throws DeviceException {
    tensors.run(batchSize);
  }

  @Override
  public JobOutcome postprocess(int slot, DecodedImage image, JobParameters parameters) {
    Placement placement = placements.get(slot);
    Predictions predictions = family.predictions(tensors.outputs(slot), placement, parameters);
    return Answers.done(placement.image(), predictions, picture(image), parameters.drawing());
  }

  private static Picture picture(DecodedImage image) {
    return ((DecodedPicture) image).picture();
  }

  void close() {
    tensors.close();
  }
}
