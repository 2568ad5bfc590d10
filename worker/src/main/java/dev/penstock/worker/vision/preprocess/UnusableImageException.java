package dev.penstock.worker.vision.preprocess;

/**
 * Thrown when an image was read but a model cannot take it. Expected, so it carries no stack trace.
 */
public final class UnusableImageException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableImageException(String message) {
    super(message, null, false, false);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
