package dev.penstock.worker.claim;

/**
 * Thrown when a router says that it can make nothing of a request (4xx): repeating it is in vain.
 */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
