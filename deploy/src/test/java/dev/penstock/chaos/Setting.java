package dev.penstock.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.chaos.fleet.Balancer;
import dev.penstock.chaos.fleet.Fleet;
import dev.penstock.it.kit.network.FragileNetwork;
import dev.penstock.it.kit.network.GatedLoopback;
import dev.penstock.it.kit.network.Namespaces;

/** What the machine gives. */
final class Setting {
  private Setting() {}

  /** Namespaces where they are allowed, else gates on the loopback address. */
  static FragileNetwork network() {
    return Namespaces.available()
        ? Namespaces.between(Fleet.ROUTERS, Fleet.WORKERS)
        : new GatedLoopback();
  }

  /** Skips the test without a balancer; in continuous integration there must be one. */
  static void requireBalancer() {
    if (System.getenv("CI") != null) {
      assertThat(Balancer.installed()).as("haproxy is on PATH").isTrue();
    }
    assumeTrue(
        Balancer.installed(), "skipped: no haproxy on PATH; apt-get install haproxy, then again");
  }
}
