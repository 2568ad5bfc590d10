package dev.penstock.router.dispatch.inflight;

import dev.penstock.job.wire.Claim;
import org.jspecify.annotations.Nullable;

/**
 * One lease of one job: who got it, when, and whether it was lost. Guarded by the {@link
 * InFlightTable}.
 */
final class Attempt {
  private static final long LIVE = Long.MIN_VALUE;

  final int number;
  final String token;
  final Claim claim;
  final long claimedNanos;
  long renewedNanos;

  /** Whether it was granted to be run with nothing beside it. */
  final boolean alone;

  /** Whether the worker said last that it executes it. */
  boolean executes;

  /** Whether it said so of this job alone. */
  boolean runsAlone;

  /**
   * When its worker seemed to die of it, or null. The lease is neither renewed nor lost until it is
   * certain that the worker does not come back.
   */
  @Nullable Long doomedNanos;

  private long lostNanos = LIVE;

  Attempt(int number, String token, Claim claim, boolean alone, long nowNanos) {
    this.number = number;
    this.token = token;
    this.claim = claim;
    this.alone = alone;
    this.claimedNanos = nowNanos;
    this.renewedNanos = nowNanos;
  }

  void lose(long nowNanos) {
    lostNanos = nowNanos;
  }

  /** From the claim until the job was offered again, or until now when it has not been. */
  long costNanos(long nowNanos) {
    return (lostNanos == LIVE ? nowNanos : lostNanos) - claimedNanos;
  }
}
