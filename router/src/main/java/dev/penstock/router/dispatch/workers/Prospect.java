package dev.penstock.router.dispatch.workers;

/** What can be said of a model's chances to be served. */
public sealed interface Prospect {
  /**
   * Some worker has it.
   *
   * @param loadNanos how long its load took on a worker that has it
   */
  record Resident(long loadNanos) implements Prospect {}

  /** Some worker is loading it. */
  record Loading() implements Prospect {}

  /** There is no worker. */
  record NoWorker() implements Prospect {}

  /** All workers tried and failed. */
  record Unloadable(String reason) implements Prospect {}
}
