package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage.Cancel;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.InferenceRequest;
import dev.penstock.router.dispatch.fair.FairTags;
import dev.penstock.router.dispatch.inflight.Flight;
import dev.penstock.router.dispatch.inflight.InFlightTable;
import dev.penstock.router.dispatch.inflight.LeaseTerms;
import dev.penstock.router.dispatch.workers.WorkerRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A router: the real in-flight table, registry of workers and upkeep, with simulated timers,
 * sockets and queues.
 */
final class SimRouter {
  static final int BOUND = 40;

  final SimProcess process;
  final String incarnation;
  final InFlightTable table;
  final WorkerSide workerSide;
  private final SimCluster cluster;
  final WorkerRegistry workers;
  private final Upkeep upkeep;
  private final FairTags tags = new FairTags();
  private boolean leaving;

  SimRouter(SimCluster cluster, String incarnation) {
    this.cluster = cluster;
    this.incarnation = incarnation;
    this.process = new SimProcess(cluster.world, incarnation, this::check);
    this.workers = new WorkerRegistry(process);
    var tokens = new AtomicLong();
    this.table =
        new InFlightTable(
            incarnation,
            BOUND,
            new LeaseTerms(),
            () -> incarnation + "-token-" + tokens.incrementAndGet(),
            process,
            new Effects());
    var models = new ModelServing(workers, table);
    this.workerSide =
        new WorkerSide(
            table,
            workers,
            models,
            tags,
            () -> new Welcome(incarnation, cluster.catalog(), List.of()));
    this.upkeep =
        new Upkeep(
            incarnation,
            process,
            cluster::incarnations,
            table,
            workers,
            models,
            new Queues(),
            tags,
            () -> {});
    process.every(TimeUnit.MILLISECONDS.toNanos(Upkeep.TICK_MILLIS), upkeep::tick);
    process.every(TimeUnit.MILLISECONDS.toNanos(Upkeep.LOOK_MILLIS), upkeep::look);
  }

  private void check() {
    cluster.witness.check(this);
  }

  boolean accepts() {
    return process.running() && !leaving && workers.anyServes();
  }

  /** Takes no more requests; leaves when it has answered what it has. */
  void leave() {
    cluster.world.trace(incarnation, "leaves");
    leaving = true;
  }

  boolean leaving() {
    return leaving;
  }

  @Nullable Flight admit(InferenceRequest request, Consumer<InferenceOutcome> listener) {
    Flight flight =
        table.admit(
            request,
            false,
            job -> tags.next(job, request.caller(), request.priority(), request.model().id()),
            listener);
    if (flight != null) {
      long remaining = Math.max(1, flight.deadlineNanos() - process.nanos());
      process.after(remaining, () -> table.expire(flight, "too late"));
    }
    check();
    return flight;
  }

  void claim(Claim claim, Consumer<List<Claim.Granted>> answer) {
    List<Claim.Granted> granted = workerSide.claim(claim);
    cluster.witness.granted(claim, granted);
    if (workerSide.leavesToOthers(claim, granted)) {
      process.after(
          TimeUnit.MILLISECONDS.toNanos(DispatchService.BENCHED_CLAIM_MILLIS),
          () -> answer.accept(granted));
    } else {
      answer.accept(granted);
    }
  }

  String complete(AttemptResult result) {
    String ack = workerSide.complete(List.of(result)).get(0);
    cluster.witness.acknowledged(result, ack);
    return ack;
  }

  private final class Effects implements InFlightTable.Effects {
    private final QueueAccess queues = new Queues();

    @Override
    public void offer(JobDescriptor job) {
      cluster.witness.offered(job);
      queues.offer(job, queued -> workers.queued(SimCluster.ref(queued.model())));
    }

    @Override
    public void withdraw(JobDescriptor job) {
      tags.withdrawn(job.id());
      queues.withdraw(job);
    }

    @Override
    public void cancel(String instance, JobId job) {
      workers.send(instance, new Cancel(List.of(job)));
    }
  }

  private final class Queues implements QueueAccess {
    private final Set<String> looking = new HashSet<>();

    @Override
    public void offer(JobDescriptor job, Consumer<JobDescriptor> queued) {
      cluster.queue.offer(process, job, () -> queued.accept(job));
    }

    @Override
    public void withdraw(JobDescriptor job) {
      cluster.queue.remove(process, job);
    }

    @Override
    public void look(String model, String incarnation, Look look) {
      if (looking.add(model)) {
        long asked = process.nanos();
        cluster.queue.snapshot(
            process,
            model,
            jobs -> {
              looking.remove(model);
              look.found(
                  jobs.stream()
                      .map(JobDescriptor::id)
                      .filter(id -> id.incarnation().equals(incarnation))
                      .collect(Collectors.toSet()),
                  asked);
            });
      }
    }

    @Override
    public void withdrawAgain() {}

    @Override
    public void purge(Set<String> liveIncarnations, Runnable failed) {
      for (String model : SimCluster.MODELS) {
        cluster.queue.snapshot(
            process,
            model,
            jobs ->
                jobs.stream()
                    .filter(job -> !liveIncarnations.contains(job.id().incarnation()))
                    .forEach(job -> cluster.queue.remove(process, job)));
      }
    }
  }
}
