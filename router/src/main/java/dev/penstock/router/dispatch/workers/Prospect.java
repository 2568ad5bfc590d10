package dev.penstock.router.dispatch.workers;

/** What can be said of a model's chances to be served. */
public sealed interface Prospect {
  /**
   * Some worker has it.
   *
   * @param loadNanos the longest load of it that a worker reported
   */
  record Resident(long loadNanos) implements Prospect {}

  /** Some worker is loading it. */
  record Loading() implements Prospect {}

  /** There is no worker. */
  record NoWorker() implements Prospect {}

  /** All workers tried and failed. */
  record Unloadable(String reason) implements Prospect {}
}
