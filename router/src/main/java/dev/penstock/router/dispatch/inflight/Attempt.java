package dev.penstock.router.dispatch.inflight;

import dev.penstock.job.wire.Claim;

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

  /** Whether the worker said that its batch has started. */
  boolean started;

  /** Whether the worker said that nothing ran beside it. */
  boolean ranAlone;

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
