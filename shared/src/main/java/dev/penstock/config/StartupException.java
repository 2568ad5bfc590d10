package dev.penstock.config;

/**
 * Thrown when a process cannot start. The message is one sentence for the person at the terminal:
 * what and what to do.
 */
public final class StartupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartupException(String message) {
    super(message);
  }

  public StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
