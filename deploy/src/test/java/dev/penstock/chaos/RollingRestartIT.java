package dev.penstock.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.chaos.customers.Customers;
import dev.penstock.chaos.customers.Ending;
import dev.penstock.chaos.customers.Tally;
import dev.penstock.chaos.fleet.Chronicle;
import dev.penstock.chaos.fleet.Excuses;
import dev.penstock.chaos.fleet.Fleet;
import dev.penstock.it.kit.Cluster;
import dev.penstock.telemetry.Ticker;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A new version is rolled out: all processes end in order and start again, one after the other. */
final class RollingRestartIT {
  private static final Duration BETWEEN = Duration.ofSeconds(20);

  private final Chronicle chronicle = new Chronicle();
  private final Tally tally = new Tally();

  @RegisterExtension final Cluster cluster = new Cluster(Setting.network());

  @BeforeAll
  static void requireBalancer() {
    Setting.requireBalancer();
  }

  @Test
  void every_request_is_answered_while_everything_is_restarted() {
    var excuses = new Excuses(Ticker.SYSTEM);
    try (Fleet fleet = Fleet.start(cluster, Customers.KILLER, excuses, chronicle)) {
      var customers =
          new Customers(
              fleet.balancer().url(),
              Fleet.REPLACED,
              Fleet.TIME_LIMIT,
              Fleet.TIME_LIMIT,
              tally,
              excuses);
      customers.start(8, 20);
      customers.awaitAnswered(100, BETWEEN);
      fleet.rollingRestart();
      customers.awaitAnswered(100, BETWEEN);
      customers.close();
    }
    chronicle.say("ledger: " + tally.line());

    assertThat(tally.failures()).isEmpty();
    assertThat(tally.count(Ending.ANSWERED) + tally.count(Ending.UNREADABLE))
        .as(tally.line())
        .isEqualTo(tally.count());
  }
}
