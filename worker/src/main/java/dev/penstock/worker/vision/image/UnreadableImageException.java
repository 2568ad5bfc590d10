package dev.penstock.worker.vision.image;

/** Thrown when bytes are no image that can be read. Expected, so it carries no stack trace. */
public final class UnreadableImageException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableImageException(String message) {
    super(message, null, false, false);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
