package dev.penstock.worker.engine;

/**
 * Thrown when a forward pass failed for a reason that lies with the device or the runtime, not with
 * one image.
 */
public final class DeviceException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean outOfMemory;

  public DeviceException(String message, Throwable cause) {
    this(message, cause, false);
  }

  private DeviceException(String message, Throwable cause, boolean outOfMemory) {
    super(message, cause);
    this.outOfMemory = outOfMemory;
  }

  /** The memory did not suffice: a smaller batch may do. */
  public static DeviceException outOfMemory(String message, Throwable cause) {
    return new DeviceException(message, cause, true);
  }

  public boolean isOutOfMemory() {
    return outOfMemory;
  }
}
