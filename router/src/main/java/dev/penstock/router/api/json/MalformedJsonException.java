package dev.penstock.router.api.json;

/** A text that is no JSON. Expected, so it carries no stack trace. */
public final class MalformedJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int position;
  private final String problem;

  MalformedJsonException(int position, String problem) {
    super(problem + " at " + position, null, false, false);
    this.position = position;
    this.problem = problem;
  }

  /** Where it stands, in characters (code points) from the start of the text. */
  public int position() {
    return position;
  }

  /** What is wrong, in the words of Python's decoder, which clients of the reference know. */
  public String problem() {
    return problem;
  }
}
