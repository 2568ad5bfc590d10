package dev.penstock.worker.batch;

import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.BatchRunner.DecodedImage;
import org.jspecify.annotations.Nullable;

/**
 * One job on its way through a {@link BatchRun}. Handed from thread to thread with each stage,
 * never used by two at once.
 */
final class BatchMember {
  final ClaimedJob job;
  final StageClock clock;
  int slot;
  @Nullable DecodedImage image;

  /** It cannot go on: it has its result, or nobody waits for it any more. */
  volatile boolean out;

  /** It has its result, or was let go of. */
  volatile boolean ended;

  BatchMember(ClaimedJob job, Ticker ticker) {
    this.job = job;
    this.clock = new StageClock(ticker, job.heldSinceNanos());
  }

  DecodedImage image() {
    DecodedImage decoded = image;
    if (decoded == null) {
      throw new IllegalStateException("job " + job.id() + " was not decoded");
    }
    return decoded;
  }

  void close() {
    DecodedImage decoded = image;
    if (decoded != null) {
      image = null;
      decoded.close();
    }
  }
}
