package dev.penstock.router.api.exchange;

/** Thrown when the client left before its request was answered: there is nobody to answer. */
final class ClientGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClientGoneException() {
    super("the client closed the connection before it was answered", null, false, false);
  }
}
