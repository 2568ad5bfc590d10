package dev.penstock.router.dispatch.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Thousands of short lives of some routers and workers, each decided by its seed: a fake clock, a
 * fake network and fake queues around the real in-flight table, registry and upkeep. What must hold
 * is checked by the {@link SimWitness} after every step.
 *
 * <p>A failure names its seed and shows the last events; {@code -Dpenstock.sim.seed=4711} runs that
 * seed alone, {@code -Dpenstock.sim.seeds=100000} that many.
 */
final class DispatchSimulationTest {
  private static final int SEEDS = 2_000;

  /** Says on purpose that jobs are quarantined. Kept, or its level is forgotten with it. */
  private static final Logger SPEAKER =
      Logger.getLogger("dev.penstock.router.dispatch.inflight.FollowUps");

  @BeforeAll
  static void hush() {
    SPEAKER.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    SPEAKER.setLevel(null);
  }

  @Test
  void promises_hold_whatever_fails_and_whenever() {
    Long only = Long.getLong("penstock.sim.seed");
    if (only != null) {
      live(only);
      return;
    }
    int seeds = Integer.getInteger("penstock.sim.seeds", SEEDS);
    SimTally sum = SimTally.NONE;
    for (long seed = 1; seed <= seeds; seed++) {
      sum = sum.plus(live(seed));
    }

    assertThat(sum.completed()).describedAs("%s", sum).isGreaterThan(sum.requests() / 2);
    assertThat(sum.failed()).isPositive();
    assertThat(sum.expired()).isPositive();
    assertThat(sum.hungUp()).isPositive();
    assertThat(sum.reoffered()).isPositive();
    assertThat(sum.late()).isPositive();
    assertThat(sum.refusedClaims()).isPositive();
    assertThat(sum.quarantined()).isPositive();
  }

  private static SimTally live(long seed) {
    var weather = new SimWeather(seed);
    try {
      weather.live();
      return weather.tally();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed "
              + seed
              + ": "
              + e.getMessage()
              + "\nthe last events before it, with their times in ms:\n"
              + weather.world.lastEvents()
              + "\nrun it alone with -Dpenstock.sim.seed="
              + seed,
          e);
    }
  }
}
