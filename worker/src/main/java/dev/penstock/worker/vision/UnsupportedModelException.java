package dev.penstock.worker.vision;

/** Thrown when this version cannot serve a model; the message says what is missing. */
public final class UnsupportedModelException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnsupportedModelException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
