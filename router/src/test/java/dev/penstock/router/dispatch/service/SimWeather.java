package dev.penstock.router.dispatch.service;

import dev.penstock.router.dispatch.service.SimCluster.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The life of a simulated cluster under one seed: clients who ask and hang up, and everything that
 * can go wrong at the worst moment; then calm, in which all must come to an end.
 */
final class SimWeather {
  private static final long CALM_PATIENCE = TimeUnit.SECONDS.toNanos(12);

  final SimWorld world;
  private final SimCluster cluster;
  private boolean calm;

  /** How rough it is: some lives are quiet, and only some of the troubles come in each. */
  private final long troublePeriodMillis;

  private final long askPeriodMillis;
  private final int kinds;

  SimWeather(long seed) {
    this.world = new SimWorld(seed);
    this.cluster = new SimCluster(world);
    this.troublePeriodMillis = world.between(100, 900);
    this.askPeriodMillis = world.between(15, 120);
    this.kinds = world.below(1 << 16);
    cluster.slowestBatchMillis = world.chance(0.2) ? 900 : 60;
    cluster.router();
    if (world.chance(0.8)) {
      cluster.router();
    }
    int workers = 1 + world.below(4);
    for (int i = 0; i < workers; i++) {
      List<String> models =
          world.chance(0.8) ? SimCluster.MODELS : SimCluster.MODELS.subList(0, world.below(2));
      cluster.worker(1 + world.below(2), 1 + world.below(4), models);
    }
  }

  /** Lives through it. */
  void live() {
    world.after(TimeUnit.MILLISECONDS.toNanos(200), this::ask);
    world.after(TimeUnit.MILLISECONDS.toNanos(400), this::trouble);
    world.runFor(world.millis(2_000, 7_000));
    calm = true;
    cluster.repair();
    if (cluster.members().isEmpty()) {
      cluster.router();
    }
    cluster.worker();
    cluster.worker();
    long calmSince = world.now();
    while (world.now() - calmSince < CALM_PATIENCE
        && !cluster.requests.stream().allMatch(Asked::over)) {
      world.runFor(TimeUnit.MILLISECONDS.toNanos(100));
    }
    world.runFor(Math.max(0, cluster.queue.stalledUntil() - world.now()));
    world.runFor(TimeUnit.MILLISECONDS.toNanos(1_500));
    cluster.witness.checkTheEnd(calmSince, CALM_PATIENCE);
  }

  private void ask() {
    if (calm) {
      return;
    }
    List<SimRouter> open = cluster.members().stream().filter(SimRouter::accepts).toList();
    if (!open.isEmpty()) {
      SimRouter router = open.get(world.below(open.size()));
      String model = SimCluster.MODELS.get(world.chance(0.7) ? 0 : 1);
      long timeout = world.chance(0.2) ? world.between(50, 2_000) : 30_000;
      var payloads = new ArrayList<SimPayload>();
      int images = world.chance(0.8) ? 1 : 1 + world.below(4);
      for (int image = 0; image < images; image++) {
        payloads.add(payload());
      }
      Asked asked = cluster.ask(router, model, timeout, payloads.toArray(SimPayload[]::new));
      if (asked != null && world.chance(0.1)) {
        world.after(world.millis(0, 1_000), () -> cluster.hangUp(asked));
      }
    }
    world.after(world.millis(0, 2 * askPeriodMillis), this::ask);
  }

  private SimPayload payload() {
    if (happens(0) && world.chance(0.01)) {
      return world.chance(0.7) ? SimPayload.KILLS : SimPayload.KILLS_AT_ONCE;
    }
    return world.chance(0.05) ? SimPayload.BAD : SimPayload.GOOD;
  }

  /** Whether that kind of trouble comes in this life. */
  private boolean happens(int kind) {
    return (kinds >> kind & 1) == 1;
  }

  private void trouble() {
    if (calm) {
      return;
    }
    int kind = 1 + world.below(15);
    if (happens(kind)) {
      trouble(kind);
    }
    world.after(world.millis(0, 2 * troublePeriodMillis), this::trouble);
  }

  private void trouble(int kind) {
    List<SimWorker> workers = cluster.livingWorkers();
    List<SimRouter> routers = List.copyOf(cluster.members());
    if (workers.isEmpty() || routers.isEmpty()) {
      return;
    }
    SimWorker worker = workers.get(world.below(workers.size()));
    SimRouter router = routers.get(world.below(routers.size()));
    SimLink link = cluster.link(router, worker);
    // A worker that is killed while it runs a suspect is taken for its victim, and cannot but be.
    boolean mayDie = !worker.device.runsSuspect();
    switch (kind) {
      case 1 -> {
        if (mayDie) {
          cluster.kill(worker);
        }
      }
      case 2 -> cluster.powerOff(worker);
      case 3, 4 -> worker.process.pause(world.millis(100, 5_000), world.chance(0.2));
      case 5 -> router.process.pause(world.millis(100, 8_000), false);
      case 6 -> link.cut(world.millis(100, 7_000));
      case 7 -> cluster.reset(worker, router);
      case 8 -> {
        if (mayDie) {
          worker.device.hangs = true;
          world.trace(worker.process.name, "hangs");
        }
      }
      case 9 -> cluster.queue.stall(world.millis(100, 3_000));
      case 10 -> {
        cluster.queue.troubledOffers = world.chance(0.5) ? 0.3 : 0;
        cluster.queue.lostPolls = world.chance(0.5) ? 0.1 : 0;
      }
      case 11 -> {
        link.lostRequests = world.chance(0.5) ? 0.3 : 0;
        link.lostAnswers = world.chance(0.5) ? 0.3 : 0;
        link.repeatedRequests = world.chance(0.5) ? 0.3 : 0;
      }
      case 12 -> link.slownessNanos = world.millis(1, 600);
      case 13 -> cluster.drain(worker);
      case 14 -> {
        worker.device.sick = workers.stream().noneMatch(other -> other.device.sick);
        world.trace(worker.process.name, "sick:", worker.device.sick);
      }
      default -> {
        if (world.chance(0.5)) {
          router.leave();
        } else {
          cluster.kill(router);
        }
        world.after(world.millis(100, 1_000), cluster::router);
      }
    }
  }

  /** What became of everybody. */
  SimTally tally() {
    return SimTally.of(cluster);
  }
}
