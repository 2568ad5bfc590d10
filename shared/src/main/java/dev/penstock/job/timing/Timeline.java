package dev.penstock.job.timing;

import java.util.EnumMap;

/**
 * When each stage of one job was reached and what its worker measured: the one record that headers,
 * metrics and logs are computed from. Not thread-safe; handed from owner to owner.
 */
public final class Timeline {
  private final EnumMap<Stage, Long> stamps = new EnumMap<>(Stage.class);
  private long retryNanos;
  private WorkerTimings worker = WorkerTimings.NONE;

  /** Starts at {@link Stage#STARTED}. */
  public Timeline(long startedNanos) {
    stamps.put(Stage.STARTED, startedNanos);
  }

  /**
   * Says that a stage is reached. Stages may be skipped, never stamped twice, never out of order.
   *
   * @throws IllegalStateException when this or a later stage was stamped before
   */
  public void stamp(Stage stage, long nanos) {
    for (Stage reached : stamps.keySet()) {
      if (reached.compareTo(stage) >= 0) {
        throw new IllegalStateException(stage + " after " + reached);
      }
    }
    stamps.put(stage, nanos);
  }

  public boolean reached(Stage stage) {
    return stamps.containsKey(stage);
  }

  /**
   * When a stage was reached, on the router's clock.
   *
   * @throws IllegalStateException when it was not
   */
  public long at(Stage stage) {
    Long nanos = stamps.get(stage);
    if (nanos == null) {
      throw new IllegalStateException(stage + " was not reached");
    }
    return nanos;
  }

  /** Adds what a lost attempt cost, from its claim until the job was offered again or given up. */
  public void addRetry(long nanos) {
    retryNanos += nanos;
  }

  /** Says what the worker of the answering attempt measured. */
  public void worker(WorkerTimings timings) {
    worker = timings;
  }

  /** What the worker of the answering attempt measured. */
  public WorkerTimings worker() {
    return worker;
  }

  /**
   * Where the time went. Needs {@link Stage#STARTED} and {@link Stage#ANSWERED}.
   *
   * <p>The parts add up to the total but for {@link Timings#unaccounted()}, which is what the
   * worker held the job for without measuring a stage.
   */
  public Timings timings() {
    long started = at(Stage.STARTED);
    long answered = at(Stage.ANSWERED);
    if (!reached(Stage.QUEUED)) {
      long received = reached(Stage.RECEIVED) ? at(Stage.RECEIVED) : answered;
      return new Timings(
          received - started, 0, 0, 0, WorkerTimings.NONE, answered - received, answered - started);
    }
    long queued = at(Stage.QUEUED);
    long returned = reached(Stage.RETURNED) ? at(Stage.RETURNED) : answered;
    boolean ran = reached(Stage.CLAIMED);
    long claimed = ran ? at(Stage.CLAIMED) : returned;
    return new Timings(
        queued - started,
        claimed - queued - retryNanos + worker.waited(),
        retryNanos,
        returned - claimed - worker.held(),
        worker,
        answered - returned,
        answered - started);
  }
}
