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
final class Answers {
  private Answers() {}

  /**
   * @param size of the decoded image
   * @param picture is drawn on when there is something to draw; may be null otherwise
   */
  static JobOutcome done(
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
