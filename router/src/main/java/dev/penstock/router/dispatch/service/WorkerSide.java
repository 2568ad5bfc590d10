package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage.Executing;
import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.LoadFailed;
import dev.penstock.cluster.ControlMessage.Renew;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.fair.FairTags;
import dev.penstock.router.dispatch.inflight.InFlightTable;
import dev.penstock.router.dispatch.workers.Departure;
import dev.penstock.router.dispatch.workers.WorkerChannel;
import dev.penstock.router.dispatch.workers.WorkerRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
    Claim named = claim.of(workers.name(claim.instance(), claim.workerId()));
    List<Claim.Granted> granted = table.claim(named, elsewhere(claim));
    tags.claimed(granted.stream().map(Claim.Granted::id).toList());
    return granted;
  }

  /**
   * INVARIANT: costs nothing where nothing has failed, however many workers and models there are.
   */
  private Set<String> elsewhere(Claim claim) {
    Set<String> doubtful = table.doubtful(claim);
    if (doubtful.isEmpty()) {
      return Set.of();
    }
    var beside = new HashSet<>(table.benched());
    beside.add(claim.instance());
    return workers.residentBeside(doubtful, beside);
  }

  /**
   * Whether a worker that failed its last jobs got nothing of a claim because others are to have
   * it.
   */
  boolean leavesToOthers(Claim claim, List<Claim.Granted> granted) {
    return granted.isEmpty()
        && table.benched().contains(claim.instance())
        && table.holdsBack(claim.jobs());
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
  Departure left(String instance, WorkerChannel channel) {
    boolean drained = workers.drains(instance);
    if (!workers.left(instance, channel)) {
      return Departure.NONE;
    }
    if (drained) {
      table.workerGone(instance);
      return Departure.IN_ORDER;
    }
    table.workerDied(instance);
    if (workers.instances().contains(instance)) {
      // Over another channel, a moment ago: it lives.
      table.workerJoined(instance);
    }
    return Departure.WITHOUT_A_WORD;
  }

  /** See {@link DispatchService#heard}. */
  void heard(String instance, WorkerChannel channel, FromWorker message) {
    if (!workers.heard(instance, channel)) {
      return;
    }
    if (message instanceof Renew renew) {
      tags.heard(renew.progress());
      table.renew(instance, renew.leases());
    } else if (message instanceof Executing executing) {
      table.executing(instance, Set.copyOf(executing.jobs()), executing.alone());
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
