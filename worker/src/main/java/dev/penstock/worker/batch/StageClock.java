package dev.penstock.worker.batch;

import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.telemetry.Ticker;

/**
 * Measures what one job does and waits for while the worker holds it. Whatever lies between the end
 * of one stage and the beginning of the next is waiting: for the lane, for the batch, for batch
 * mates. Used by one thread at a time.
 */
final class StageClock {
  private final Ticker ticker;
  private final long heldSince;
  private long mark;
  private long waited;
  private long decode;
  private long preprocess;
  private long inference;
  private long postprocess;

  StageClock(Ticker ticker, long heldSinceNanos) {
    this.ticker = ticker;
    this.heldSince = heldSinceNanos;
    this.mark = heldSinceNanos;
  }

  /** A stage begins. */
  void begin() {
    waited += lap();
  }

  void endDecode() {
    decode += lap();
  }

  void endPreprocess() {
    preprocess += lap();
  }

  void endInference() {
    inference += lap();
  }

  void endPostprocess() {
    postprocess += lap();
  }

  /**
   * What was measured until the last stage ended, which is when the job is let go: one reading for
   * both, because a thread that loses its core between two readings would leave milliseconds that
   * nothing explains.
   */
  WorkerTimings timings() {
    return new WorkerTimings(mark - heldSince, waited, decode, preprocess, inference, postprocess);
  }

  private long lap() {
    long now = ticker.nanos();
    long lap = now - mark;
    mark = now;
    return lap;
  }
}
