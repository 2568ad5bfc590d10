package dev.penstock.worker.engine;

/**
 * Thrown when a model cannot run on this device. The message is for the client: what happened and
 * what to do.
 */
public final class ModelLoadException extends Exception {
  private static final long serialVersionUID = 1L;

  public ModelLoadException(String message) {
    super(message);
  }

  public ModelLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
