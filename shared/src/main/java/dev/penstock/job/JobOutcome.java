package dev.penstock.job;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How a worker's attempt at a job ended. */
public sealed interface JobOutcome {

  /**
   * The model ran.
   *
   * @param imageWidth width in pixels of the decoded image, before any crop or resize
   * @param imageHeight height in pixels of the decoded image
   * @param answer JSON object in UTF-8 with the members that belong to the task, {@code
   *     predictions} first
   * @param picture JPEG of the image with its predictions drawn, when the request asked for one
   */
  @SuppressWarnings("ArrayRecordComponent") // blobs, compared nowhere but in tests
  record Done(int imageWidth, int imageHeight, byte[] answer, byte @Nullable [] picture)
      implements JobOutcome {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Done that
          && imageWidth == that.imageWidth
          && imageHeight == that.imageHeight
          && Arrays.equals(answer, that.answer)
          && Arrays.equals(picture, that.picture);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(answer);
    }
  }

  /**
   * The job has no predictions.
   *
   * @param reason whose fault it is, which decides the status and whether another worker tries
   * @param message what happened, for the client
   */
  record Failed(Reason reason, String message) implements JobOutcome {}

  /** Why an attempt failed. */
  enum Reason {
    /** The bytes are not an image this build can read. The client's fault: 400, never retried. */
    UNREADABLE_IMAGE,
    /** The image was read but the model cannot take it. The client's fault: 400, never retried. */
    MODEL_INPUT,
    /** The device or the runtime failed. Retried on another worker, then 500. */
    DEVICE,
    /** The model could not be loaded on this worker. */
    LOAD
  }
}
