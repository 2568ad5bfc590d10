package dev.penstock.telemetry;

/** A monotonic clock of this process, injected so that tests can move it. */
@FunctionalInterface
public interface Ticker {
  /** The clock of this machine. Its values mean nothing on any other one. */
  Ticker SYSTEM = System::nanoTime;

  /** Nanoseconds since an arbitrary origin; only differences have a meaning. */
  long nanos();
}
