package dev.penstock.router.api;

import dev.penstock.config.PlainWords;
import dev.penstock.job.JobOutcome;
import dev.penstock.router.api.exchange.Answer;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.Dispatcher;

/** What a client is told when there are no predictions. */
final class FailureAnswer {
  private static final String NO_IMAGE = "Could not load input image. Cause: ";

  private FailureAnswer() {}

  /** A request is not let in. */
  static Answer refused(Admission.Refused refused) {
    int status = refused instanceof Admission.TooMuch ? 429 : 503;
    return Answer.message(status, refused.message()).retryAfter(refused.retryAfterSeconds());
  }

  /**
   * A job failed.
   *
   * @param fetched whether its image was given by URL
   */
  static Answer failed(JobOutcome.Failed failure, String modelId, boolean fetched) {
    return switch (failure.reason()) {
      case UNREADABLE_IMAGE ->
          Answer.message(
              400, NO_IMAGE + (fetched ? "Data is not image." : PlainWords.of(failure.message())));
      case MODEL_INPUT ->
          Answer.message(400, "Error with model input. Cause: " + PlainWords.of(failure.message()));
      case DEVICE -> Answer.message(500, PlainWords.of(failure.message()));
      case LOAD -> loadFailed(modelId, failure.message());
    };
  }

  /** A model could not be loaded. */
  static Answer loadFailed(Dispatcher.LoadFailure failure, String modelId) {
    String message = failure.getMessage();
    String reason = message == null ? "no reason given" : message;
    return failure.noWorker()
        ? Answer.message(503, PlainWords.of(reason)).retryAfter(1)
        : loadFailed(modelId, reason);
  }

  private static Answer loadFailed(String modelId, String reason) {
    return Answer.message(500, "Model loading failed: " + modelId + ": " + PlainWords.of(reason));
  }
}
