package dev.penstock.router.dispatch.inflight;

import org.junit.jupiter.api.Test;

/** The promises of the in-flight table, whatever workers, queue and clients do. */
final class InFlightTableModelTest {
  private static final int SEEDS = 3_000;
  private static final int STEPS = 60;

  @Test
  void every_admitted_request_is_answered_once_or_cancelled_whatever_happens() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      var life = new RandomLife(seed);
      try {
        life.live(STEPS);
        life.settle();
        life.checkTheEnd();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }
}
