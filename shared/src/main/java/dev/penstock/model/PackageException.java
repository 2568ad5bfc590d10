package dev.penstock.model;

/** Thrown when a folder is no model package; the message says what is wrong and what to do. */
public final class PackageException extends Exception {
  private static final long serialVersionUID = 1L;

  public PackageException(String message) {
    super(message);
  }

  public PackageException(String message, Throwable cause) {
    super(message, cause);
  }
}
