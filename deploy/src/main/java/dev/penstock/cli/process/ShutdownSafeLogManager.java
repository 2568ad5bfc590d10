package dev.penstock.cli.process;

import java.util.logging.LogManager;

/**
 * Keeps logging while the process ends. The standard one takes the handlers away in a shutdown hook
 * of its own, which runs beside the one that drains and reports.
 */
public final class ShutdownSafeLogManager extends LogManager {
  @Override
  public void reset() {
    // Called by the shutdown hook only: handlers are set once, in Logging.
  }
}
