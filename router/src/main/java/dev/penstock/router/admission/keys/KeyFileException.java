package dev.penstock.router.admission.keys;

/**
 * Thrown when a key file cannot be used. The message names the file, the line and what to do, and
 * repeats nothing of the file that may be a key.
 */
public final class KeyFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeyFileException(String message) {
    super(message);
  }

  KeyFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
