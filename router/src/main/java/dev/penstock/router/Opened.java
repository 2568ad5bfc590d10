package dev.penstock.router;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened and is to be closed, the last first. Used by one thread at a time. */
final class Opened implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Opened.class.getName());

  private final Deque<Part> parts = new ArrayDeque<>();

  private record Part(String name, Closing closing) {}

  /** How something is closed. */
  interface Closing {
    void close() throws Exception;
  }

  void add(String name, Closing closing) {
    parts.push(new Part(name, closing));
  }

  /** Closes all, whatever one of them says. Again does nothing. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      try {
        part.closing().close();
      } catch (Exception e) {
        LOG.log(Level.WARNING, "{0} could not be closed: {1}", part.name(), e.getMessage());
      }
    }
  }
}
