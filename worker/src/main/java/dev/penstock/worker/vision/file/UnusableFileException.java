package dev.penstock.worker.vision.file;

/** Thrown when a file is not decoded at all. Expected, so it carries no stack trace. */
public final class UnusableFileException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The reference server's words for whatever it cannot read. */
  public static final String MALFORMED = "Malformed base64 input image.";

  UnusableFileException(String message) {
    super(message, null, false, false);
  }

  /** In the reference server's words. */
  public static UnusableFileException malformed() {
    return new UnusableFileException(MALFORMED);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
