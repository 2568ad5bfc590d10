package dev.penstock.router.dispatch.service;

import dev.penstock.job.JobOutcome;
import java.util.Arrays;

/** What a simulated image does to the worker that runs it. */
enum SimPayload {
  /** It has predictions. */
  GOOD('g'),
  /** It is no image. */
  BAD('b'),
  /** Its worker dies of it while it runs. */
  KILLS('k'),
  /** Its worker dies of it before it can say that it runs. */
  KILLS_AT_ONCE('a');

  private final char code;

  SimPayload(char code) {
    this.code = code;
  }

  byte[] bytes() {
    return new byte[] {(byte) code};
  }

  static SimPayload of(byte[] bytes) {
    return Arrays.stream(values()).filter(kind -> kind.code == bytes[0]).findFirst().orElseThrow();
  }

  boolean kills() {
    return this == KILLS || this == KILLS_AT_ONCE;
  }

  JobOutcome outcome() {
    return this == BAD
        ? new JobOutcome.Failed(JobOutcome.Reason.UNREADABLE_IMAGE, "no image")
        : new JobOutcome.Done(1, 1, bytes(), null);
  }
}
