package dev.penstock.cli.options;

import java.lang.System.Logger.Level;

/** How much is logged. */
public enum LogLevel {
  ERROR(Level.ERROR, Level.ERROR),
  WARNING(Level.WARNING, Level.WARNING),
  INFO(Level.INFO, Level.WARNING),
  DEBUG(Level.DEBUG, Level.INFO);

  private final Level own;
  private final Level libraries;

  LogLevel(Level own, Level libraries) {
    this.own = own;
    this.libraries = libraries;
  }

  /** The least level of Penstock's own records. */
  public Level own() {
    return own;
  }

  /** The least level of records of Hazelcast, Vert.x and Netty, which say much about little. */
  public Level libraries() {
    return libraries;
  }
}
