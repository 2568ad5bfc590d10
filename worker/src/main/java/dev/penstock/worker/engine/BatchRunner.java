package dev.penstock.worker.engine;

import dev.penstock.job.JobOutcome;
import dev.penstock.job.JobParameters;
import dev.penstock.worker.vision.image.ImageDemand;

/**
 * Runs batches of one model on one lane. {@link #decode}, {@link #preprocess} and {@link
 * #postprocess} may be called by several threads at once for different slots; {@link #infer} by one
 * thread, when all slots below the batch size are preprocessed.
 */
public interface BatchRunner {
  /** The memory that an image takes from {@link #decode} until it is closed. Never fails. */
  ImageDemand demand(byte[] payload, JobParameters parameters);

  /**
   * Reads one image.
   *
   * @param payload the encoded image (JPEG, PNG, …)
   * @throws BadInputException when these bytes are no image that can be read
   */
  DecodedImage decode(byte[] payload, JobParameters parameters) throws BadInputException;

  /**
   * Writes one image into the model's input.
   *
   * @param slot place in the batch, from 0
   * @throws BadInputException when the model cannot take this image
   */
  void preprocess(int slot, DecodedImage image, JobParameters parameters) throws BadInputException;

  /**
   * One forward pass over the slots {@code 0 … batchSize - 1}.
   *
   * @throws DeviceException when the whole batch failed
   */
  void infer(int batchSize) throws DeviceException;

  /**
   * Turns one slot's output into the answer, picture included when asked for.
   *
   * @param slot the place {@link #preprocess} was called with
   */
  JobOutcome postprocess(int slot, DecodedImage image, JobParameters parameters);

  /** An image in memory; closed by the lane when its answer is made. */
  interface DecodedImage extends AutoCloseable {
    @Override
    void close();
  }
}
