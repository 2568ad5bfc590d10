package dev.penstock.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.chaos.customers.Customers;
import dev.penstock.chaos.customers.RouterLogs;
import dev.penstock.chaos.customers.Tally;
import dev.penstock.chaos.fleet.Chronicle;
import dev.penstock.chaos.fleet.Excuses;
import dev.penstock.chaos.fleet.Fleet;
import dev.penstock.chaos.fleet.MemoryWatch;
import dev.penstock.chaos.trouble.ClientTroubles;
import dev.penstock.chaos.trouble.NetworkTroubles;
import dev.penstock.chaos.trouble.RogueTroubles;
import dev.penstock.chaos.trouble.RouterTroubles;
import dev.penstock.chaos.trouble.Trouble;
import dev.penstock.chaos.trouble.WorkerTroubles;
import dev.penstock.config.Durations;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Ledger;
import dev.penstock.it.kit.network.FragileNetwork;
import dev.penstock.telemetry.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Breaks everything that can break, for as long as one asks, under steady load, and keeps the
 * ledger of every request.
 */
final class ChaosIT {
  /** What one of eleven requests gives the router. */
  private static final Duration HURRIED = Duration.ofSeconds(2);

  private static final Duration REPORT_EVERY = Duration.ofSeconds(30);
  private static final Duration LONGEST_TROUBLE = Duration.ofMinutes(5);
  private static final Pattern OWN_ERROR =
      Pattern.compile("Z ERROR (router|worker|cli|cluster|model|job)");

  /** One request of so many may meet the end of an idle connection. */
  private static final long MOST_UNREAD = 1_000;

  private static final int CLOSED_LOOP = 8;
  private static final int OPEN_LOOP_PER_SECOND = 20;

  private final Duration duration =
      Durations.parse(System.getProperty("penstock.chaos.duration", "5m"));
  private final long seed =
      Long.getLong("penstock.chaos.seed", new Random().nextLong(Integer.MAX_VALUE));

  private final Chronicle chronicle = new Chronicle();
  private final Tally tally = new Tally();
  private final Excuses excuses = new Excuses(Ticker.SYSTEM);
  private final MemoryWatch memory = new MemoryWatch();
  private final FragileNetwork network = Setting.network();

  @RegisterExtension final Cluster cluster = new Cluster(network);

  @BeforeAll
  static void requireBalancer() {
    Setting.requireBalancer();
  }

  @Test
  void every_request_ends_once_and_well_whatever_breaks() throws IOException {
    chronicle.say(
        "chaos for %s, -Dpenstock.chaos.seed=%d, partitions by %s"
            .formatted(duration, seed, network.getClass().getSimpleName()));
    try (Fleet fleet = Fleet.start(cluster, Customers.KILLER, excuses, chronicle)) {
      var customers =
          new Customers(
              fleet.balancer().url(), Fleet.REPLACED, Fleet.TIME_LIMIT, HURRIED, tally, excuses);
      customers.start(CLOSED_LOOP, OPEN_LOOP_PER_SECOND);
      memory.look(fleet.processes());
      List<Lane> lanes = lanes(fleet, customers);
      watch(fleet, lanes);
      if (failed(lanes)) {
        report(lanes);
        check(lanes);
      }
      network.heal();
      fleet.awaitWhole(Duration.ofSeconds(60));
      customers.close();
      memory.look(fleet.processes());
      Fleet.ROUTERS.forEach(name -> Ledger.awaitNothingInFlight(fleet.router(name)));
      report(lanes);
      check(lanes);
    }
  }

  private List<Lane> lanes(Fleet fleet, Customers customers) {
    Stream<Trouble> ofWorkers =
        Stream.of(
                new WorkerTroubles(fleet, customers, chronicle).all(),
                new ClientTroubles(fleet, customers, chronicle).all(),
                new RogueTroubles(fleet, chronicle).all())
            .flatMap(List::stream);
    Stream<Trouble> ofRouters =
        Stream.of(
                new RouterTroubles(fleet, excuses, chronicle).all(),
                new NetworkTroubles(fleet, network, chronicle).all())
            .flatMap(List::stream);
    Duration until = chronicle.elapsed().plus(duration);
    return List.of(
        new Lane("workers", ofWorkers.toList(), seed, until, customers, chronicle),
        new Lane("routers", ofRouters.toList(), seed + 1, until, customers, chronicle));
  }

  /** Until the time is over or something has gone wrong. */
  private void watch(Fleet fleet, List<Lane> lanes) {
    Duration[] next = {chronicle.elapsed().plus(REPORT_EVERY)};
    Await.until(
        "the lanes end",
        duration.plus(LONGEST_TROUBLE),
        () -> {
          if (chronicle.elapsed().compareTo(next[0]) > 0) {
            next[0] = chronicle.elapsed().plus(REPORT_EVERY);
            memory.look(fleet.processes());
            chronicle.say("ledger: " + tally.line());
          }
          return lanes.stream().allMatch(Lane::ended) || failed(lanes);
        });
  }

  private boolean failed(List<Lane> lanes) {
    return !tally.failures().isEmpty()
        || lanes.stream().anyMatch(lane -> !lane.failures().isEmpty());
  }

  private void report(List<Lane> lanes) {
    lanes.forEach(lane -> chronicle.say("made: " + lane.made()));
    chronicle.say(memory.report());
    chronicle.say("ledger, -Dpenstock.chaos.seed=" + seed + ": " + tally.line());
  }

  private void check(List<Lane> lanes) throws IOException {
    assertThat(tally.failures()).as(this::story).isEmpty();
    assertThat(lanes).as(this::story).flatExtracting(Lane::failures).isEmpty();
    assertThat(tally.open()).as(this::story).isZero();
    assertThat(memory.tooMuch()).as(this::story).isEmpty();
    assertThat(errorsInLogs()).as(this::story).isEmpty();
    RouterLogs logs = RouterLogs.of(cluster.processes());
    assertThat(logs.twice()).as(this::story).isEmpty();
    assertThat(logs.readOf(tally.unread())).as(this::story).isEmpty();
    assertThat(tally.unread().size())
        .as(this::story)
        .isLessThanOrEqualTo((int) (tally.count() / MOST_UNREAD));
  }

  private String story() {
    return "seed " + seed + "; what was done last:\n" + String.join("\n", chronicle.last());
  }

  private List<String> errorsInLogs() throws IOException {
    var errors = new ArrayList<String>();
    for (var process : cluster.processes()) {
      try (Stream<String> lines = Files.lines(process.logFile())) {
        lines
            .filter(line -> isError(line) || line.contains("OutOfMemoryError"))
            .map(line -> process.name() + ": " + line)
            .forEach(errors::add);
      }
    }
    return errors;
  }

  /** Libraries call it an error of theirs when a connection breaks. */
  private static boolean isError(String line) {
    return OWN_ERROR.matcher(line).find();
  }
}
