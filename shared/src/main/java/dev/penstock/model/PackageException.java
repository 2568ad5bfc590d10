package dev.penstock.model;

/** Thrown when a folder is no model package; the message says what is wrong and what to do. */
final class PackageException extends Exception {
  private static final long serialVersionUID = 1L;

  PackageException(String message) {
    super(message);
  }

  PackageException(String message, Throwable cause) {
    super(message, cause);
  }
}
