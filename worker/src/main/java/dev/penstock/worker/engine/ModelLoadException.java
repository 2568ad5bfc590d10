package dev.penstock.worker.engine;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a model cannot run on this device. The message is for the client: what happened and
 * what to do.
 */
public final class ModelLoadException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean outOfMemory;

  public ModelLoadException(String message) {
    super(message);
    this.outOfMemory = false;
  }

  public ModelLoadException(String message, Throwable cause) {
    this(message, cause, false);
  }

  /**
   * @param outOfMemory whether it might have been loaded if less had been there
   */
  public ModelLoadException(String message, @Nullable Throwable cause, boolean outOfMemory) {
    super(message, cause);
    this.outOfMemory = outOfMemory;
  }

  /** Whether the device's memory was short. */
  public boolean isOutOfMemory() {
    return outOfMemory;
  }
}
