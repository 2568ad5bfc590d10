package dev.penstock.router.api.exchange;

import dev.penstock.router.admission.Refusal;

/** Thrown when a request is answered with an error. Expected, so it carries no stack trace. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Answer answer;

  public ApiException(Answer answer) {
    super(answer.status() + " " + answer.body(), null, false, false);
    this.answer = answer;
  }

  public static ApiException message(int status, String message) {
    return new ApiException(Answer.message(status, message));
  }

  /** What the client of a request is told that is not let in now. */
  public static ApiException refused(Refusal refusal) {
    return new ApiException(
        Answer.message(429, refusal.message()).retryAfter(refusal.retryAfterSeconds()));
  }

  /** The one error of everything that keeps an image from being read. */
  public static ApiException badImage(String cause) {
    return message(400, "Could not load input image. Cause: " + cause);
  }

  public Answer answer() {
    return answer;
  }
}
