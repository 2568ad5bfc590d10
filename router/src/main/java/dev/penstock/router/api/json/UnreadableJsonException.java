package dev.penstock.router.api.json;

/**
 * JSON of too many levels, or with a number of too many digits; the reference server fails at about
 * the same. Expected, so it carries no stack trace.
 */
public final class UnreadableJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableJsonException() {
    super("too many levels or digits", null, false, false);
  }
}
