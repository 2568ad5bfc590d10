package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage;
import dev.penstock.cluster.ControlMessage.Backlog;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.router.dispatch.fair.FairTags;
import dev.penstock.router.dispatch.inflight.InFlightTable;
import dev.penstock.router.dispatch.workers.WorkerRegistry;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What a router does now and then: loses silent leases, rings, gossips, looks for lost descriptors,
 * clears up after routers that went away. Its two timers run on one event loop; nothing blocks it.
 */
final class Upkeep implements AutoCloseable {
  /** Expiry, rings and gossip. */
  static final long TICK_MILLIS = 100;

  /** Looks into the queues for jobs that got lost on the way to a worker. */
  static final long LOOK_MILLIS = 500;

  private final String incarnation;
  private final Ticker ticker;
  private final Supplier<Set<String>> incarnations;
  private final InFlightTable table;
  private final WorkerRegistry workers;
  private final ModelServing models;
  private final QueueAccess queues;
  private final FairTags tags;
  private final Runnable announceChanges;
  private boolean gossiped;
  private long lastGossipNanos;
  private Set<String> liveIncarnations = Set.of();

  /** Set by the keeper's thread when a purge failed. */
  private volatile boolean owesPurge;

  private Runnable stop = () -> {};

  /**
   * @param incarnations of all routers that are there
   * @param announceChanges tells workers when what is served has changed
   */
  Upkeep(
      String incarnation,
      Ticker ticker,
      Supplier<Set<String>> incarnations,
      InFlightTable table,
      WorkerRegistry workers,
      ModelServing models,
      QueueAccess queues,
      FairTags tags,
      Runnable announceChanges) {
    this.incarnation = incarnation;
    this.ticker = ticker;
    this.incarnations = incarnations;
    this.table = table;
    this.workers = workers;
    this.models = models;
    this.queues = queues;
    this.tags = tags;
    this.announceChanges = announceChanges;
    this.lastGossipNanos = ticker.nanos();
  }

  void start(Vertx vertx) {
    long tickTimer = vertx.setPeriodic(TICK_MILLIS, timer -> tick());
    long lookTimer = vertx.setPeriodic(LOOK_MILLIS, timer -> look());
    stop =
        () -> {
          vertx.cancelTimer(tickTimer);
          vertx.cancelTimer(lookTimer);
        };
  }

  void tick() {
    // A process that slept finds its clock far on while the workers' renewals wait unread in its
    // sockets.
    table.expireLeases(workers.look());
    announceChanges.run();
    List<Waiting> backlog = table.backlog();
    for (Waiting waiting : backlog) {
      models.serve(waiting.model());
      workers.ring(waiting.model());
    }
    models.serveAwaited();
    boolean silent =
        ticker.nanos() - lastGossipNanos
            >= TimeUnit.MILLISECONDS.toNanos(ControlMessage.BEAT_MILLIS);
    if (!backlog.isEmpty() || gossiped || silent) {
      // Once more when nothing waits any longer, so that no worker goes on believing it.
      workers.broadcast(
          new Backlog(
              backlog.stream()
                  .map(waiting -> waiting.at(tags.virtualTime(waiting.model().model())))
                  .toList()));
      gossiped = !backlog.isEmpty();
      lastGossipNanos = ticker.nanos();
    }
    workers.closeLost();
    purgeAfterRouters();
  }

  private void purgeAfterRouters() {
    Set<String> present = Set.copyOf(incarnations.get());
    if (!present.equals(liveIncarnations)) {
      boolean someoneLeft = !present.containsAll(liveIncarnations);
      liveIncarnations = present;
      if (someoneLeft) {
        purge();
      }
    }
  }

  private void purge() {
    owesPurge = false;
    queues.purge(liveIncarnations, () -> owesPurge = true);
  }

  void look() {
    if (owesPurge) {
      purge();
    }
    queues.withdrawAgain();
    for (String model : table.suspects()) {
      queues.look(
          model, incarnation, (seen, askedNanos) -> table.reconcile(model, seen, askedNanos));
    }
  }

  @Override
  public void close() {
    stop.run();
  }
}
