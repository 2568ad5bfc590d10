package dev.penstock.router.api.json;

/** JSON that nobody wants to read. Expected, so it carries no stack trace. */
public final class OversizedJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What it has too much of. */
  public enum Limit {
    /** Levels, or digits of one number: the reference server fails at about the same. */
    UNREADABLE,
    /** Values: each costs memory that its few bytes do not show. */
    TOO_MANY_VALUES
  }

  private final Limit limit;

  OversizedJsonException(Limit limit) {
    super(limit.name(), null, false, false);
    this.limit = limit;
  }

  public Limit limit() {
    return limit;
  }
}
