package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.LoadFailed;
import dev.penstock.cluster.ControlMessage.Renew;
import dev.penstock.cluster.ControlMessage.Started;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.fair.FairTags;
import dev.penstock.router.dispatch.inflight.InFlightTable;
import dev.penstock.router.dispatch.workers.WorkerChannel;
import dev.penstock.router.dispatch.workers.WorkerRegistry;
import java.util.List;
import java.util.function.Supplier;

/**
 * What workers say and ask for, and to whom of this router it goes. Knows nothing of sockets and
 * queues. Any thread may use it; nothing blocks.
 */
final class WorkerSide {
  private final InFlightTable table;
  private final WorkerRegistry workers;
  private final ModelServing models;
  private final FairTags tags;
  private final Supplier<Welcome> welcome;

  /**
   * @param welcome what a worker is told first
   */
  WorkerSide(
      InFlightTable table,
      WorkerRegistry workers,
      ModelServing models,
      FairTags tags,
      Supplier<Welcome> welcome) {
    this.table = table;
    this.workers = workers;
    this.models = models;
    this.tags = tags;
    this.welcome = welcome;
  }

  /** See {@link DispatchService#claim}. */
  List<Claim.Granted> claim(Claim claim) {
    List<Claim.Granted> granted =
        table.claim(claim, workers.residentDigestsBeside(claim.instance()));
    tags.claimed(granted.stream().map(Claim.Granted::id).toList());
    return granted;
  }

  /** See {@link DispatchService#complete}. */
  List<String> complete(List<AttemptResult> results) {
    return results.stream().map(result -> table.complete(result).label()).toList();
  }

  /** See {@link DispatchService#workerJoined}. */
  void joined(Hello hello, WorkerChannel channel) {
    workers.joined(hello, channel, welcome);
    table.workerJoined(hello.instance());
  }

  /** See {@link DispatchService#workerLeft}. */
  void left(String instance, WorkerChannel channel) {
    boolean drained = workers.drains(instance);
    if (workers.left(instance, channel)) {
      if (drained) {
        table.workerGone(instance);
      } else {
        table.workerDied(instance);
      }
    }
  }

  /** See {@link DispatchService#heard}. */
  void heard(String instance, FromWorker message) {
    workers.heard(instance);
    if (message instanceof Renew renew) {
      tags.heard(renew.progress());
      table.renew(instance, renew.leases());
    } else if (message instanceof Started started) {
      table.started(instance, started.jobs(), started.alone());
    } else if (message instanceof Wants wants) {
      if (wants.want() == Want.IDLE) {
        tags.idle(workers.residentModels(instance));
      }
      workers.wants(instance, wants.want(), table::hasWaiting);
    } else if (message instanceof State state) {
      // First, so that no job is offered for a worker before it is known how far its queue is.
      tags.heard(state.progress());
      workers.state(instance, state);
      models.serveAwaited();
      table.backlog().forEach(waiting -> workers.ring(waiting.model()));
    } else if (message instanceof HandBack handBack) {
      table.handBack(instance, handBack.jobs());
    } else if (message instanceof LoadFailed failed) {
      workers.failedToLoad(instance, failed.model(), failed.reason());
      models.serve(failed.model());
    }
  }
}
