package dev.penstock.worker.engine;

import dev.penstock.job.Drawing;
import dev.penstock.job.JobOutcome;
import dev.penstock.worker.render.PredictionPainter;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.answer.AnswerJson;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Picture;
import org.jspecify.annotations.Nullable;

/** Predictions to the outcome of a job. */
public final class Answers {
  private Answers() {}

  /**
   * Whether there can be an answer, before anything is computed for it.
   *
   * @throws BadInputException when the picture is too long to be drawn as a JPEG
   */
  public static void check(ImageSize size, @Nullable Drawing drawing) throws BadInputException {
    if (drawing != null && Math.max(size.width(), size.height()) > PredictionPainter.LONGEST_SIDE) {
      throw new BadInputException(
          JobOutcome.Reason.MODEL_INPUT,
          "The image of %d x %d pixels cannot be drawn on: a JPEG has at most %d on a side. Ask for"
                  .formatted(size.width(), size.height(), PredictionPainter.LONGEST_SIDE)
              + " JSON without a picture, or send a part of it.");
    }
  }

  /**
   * @param size of the decoded image
   * @param picture is drawn on when there is something to draw; may be null otherwise
   */
  public static JobOutcome done(
      ImageSize size,
      Predictions predictions,
      @Nullable Picture picture,
      @Nullable Drawing drawing) {
    byte[] drawn =
        drawing == null || picture == null
            ? null
            : PredictionPainter.jpeg(picture, predictions, drawing);
    return new JobOutcome.Done(size.width(), size.height(), AnswerJson.bytes(predictions), drawn);
  }
}
