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
  private long lostNanos = LIVE;

  Attempt(int number, String token, Claim claim, long nowNanos) {
    this.number = number;
    this.token = token;
    this.claim = claim;
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
