package dev.penstock.worker.engine;

/**
 * Thrown when a forward pass failed for a reason that lies with the device or the runtime, not with
 * one image.
 */
public final class DeviceException extends Exception {
  private static final long serialVersionUID = 1L;

  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
