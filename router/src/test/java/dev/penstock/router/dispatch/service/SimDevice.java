package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage.Executing;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.job.wire.Claim;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a worker does with the jobs it has: the next batch, lanes, and what payloads do to them. */
final class SimDevice {
  final SimLeases leases;
  private final SimCluster cluster;
  private final SimWorker worker;
  private final int lanes;
  private final int maxBatch;
  private final List<Work> waiting = new ArrayList<>();
  private final List<List<Work>> running = new ArrayList<>();
  private boolean closed;
  private long restsSince;

  /** Fails every job at once. */
  boolean sick;

  /** When it failed a job last, on the clock of the world. */
  long failedAt = Long.MIN_VALUE / 2;

  /** Its next batches never end. */
  boolean hangs;

  /** How long a batch takes; none when chance decides. */
  @Nullable Long batchNanos;

  /** A job it has a lease of. */
  static final class Work {
    final Claim.Granted lease;
    final String model;
    final long heldSinceNanos;
    long startedNanos = Long.MIN_VALUE;
    boolean cancelled;

    Work(Claim.Granted lease, String model, long heldSinceNanos) {
      this.lease = lease;
      this.model = model;
      this.heldSinceNanos = heldSinceNanos;
    }

    JobId id() {
      return lease.id();
    }

    SimPayload payload() {
      return SimPayload.of(lease.payload());
    }

    boolean worthStarting(long nowNanos) {
      return !cancelled && nowNanos - heldSinceNanos < lease.budgetNanos();
    }

    @Override
    public String toString() {
      return id() + "#" + lease.attempt();
    }
  }

  SimDevice(SimCluster cluster, SimWorker worker, int lanes, int maxBatch) {
    this.cluster = cluster;
    this.worker = worker;
    this.lanes = lanes;
    this.maxBatch = maxBatch;
    this.leases = new SimLeases(worker.process);
    this.restsSince = cluster.world.now();
  }

  int room(String model) {
    if (closed || waiting.stream().anyMatch(job -> !job.model.equals(model))) {
      return 0;
    }
    int idle = lanes - running.size();
    return Math.max(0, maxBatch * Math.max(1, idle) - waiting.size());
  }

  boolean idle() {
    return running.size() < lanes && waiting.isEmpty();
  }

  boolean rests() {
    return running.isEmpty() && waiting.isEmpty();
  }

  /** Since when it has had nothing to do, on the clock of the world; only while it rests. */
  long restsSince() {
    return restsSince;
  }

  List<List<Work>> running() {
    return running;
  }

  /** Whether it runs a suspect: its death now would be taken for the suspect's doing. */
  boolean runsSuspect() {
    return running.stream().anyMatch(batch -> batch.get(0).lease.alone());
  }

  void arrived(List<Claim.Granted> granted, List<JobDescriptor> descriptors, boolean overlooked) {
    Map<JobId, JobDescriptor> byId =
        descriptors.stream()
            .collect(Collectors.toMap(JobDescriptor::id, Function.identity(), (one, copy) -> one));
    var arrived = new ArrayList<Work>();
    for (Claim.Granted lease : granted) {
      String model = Objects.requireNonNull(byId.get(lease.id())).model();
      var job = new Work(lease, model, worker.process.nanos());
      leases.claimed(job);
      arrived.add(job);
    }
    if (closed) {
      worker.handBack(arrived);
    } else {
      var others = new ArrayList<Work>();
      arrived.forEach(job -> (overlooked && room(job.model) == 0 ? others : waiting).add(job));
      worker.handBack(others);
      start();
    }
  }

  /** Starts batches as long as a lane is free for one. */
  private void start() {
    while (worker.process.alive() && running.size() < lanes && startable()) {
      run(take());
    }
  }

  private boolean startable() {
    return !waiting.isEmpty()
        && (running.isEmpty() || !(runsSuspect() || waiting.get(0).lease.alone()));
  }

  private List<Work> take() {
    Work first = waiting.get(0);
    int idleBeside = lanes - running.size() - 1;
    int share = (waiting.size() + idleBeside) / (idleBeside + 1);
    int most = first.lease.alone() ? 1 : Math.min(maxBatch, share);
    List<Work> batch =
        waiting.stream()
            .filter(job -> job == first || !job.lease.alone())
            .filter(job -> job.model.equals(first.model))
            .limit(most)
            .toList();
    waiting.removeAll(batch);
    return batch;
  }

  private void run(List<Work> taken) {
    long now = worker.process.nanos();
    taken.stream()
        .filter(job -> !job.worthStarting(now))
        .forEach(job -> leases.ended(job.id(), job.lease.attempt()));
    List<Work> batch = taken.stream().filter(job -> job.worthStarting(now)).toList();
    if (batch.isEmpty()) {
      worker.claimer.signal();
      return;
    }
    running.add(batch);
    batch.forEach(job -> job.startedNanos = now);
    cluster.witness.started(worker, batch);
    boolean alone = batch.get(0).lease.alone();
    boolean kills = batch.stream().anyMatch(job -> job.payload() == SimPayload.KILLS);
    boolean atOnce = batch.stream().anyMatch(job -> job.payload() == SimPayload.KILLS_AT_ONCE);
    // A batch does not wait for its announcement, a suspect does.
    if (alone) {
      announce(cluster.incarnations(), true);
    } else if (!atOnce) {
      announce(batch.stream().map(job -> job.id().incarnation()).distinct().toList(), false);
    }
    if (atOnce) {
      cluster.diesOfIt(worker);
    } else if (kills) {
      worker.process.after(cluster.world.millis(0, 30), () -> cluster.diesOfIt(worker));
    } else if (!hangs) {
      worker.process.after(batchNanos(), () -> finish(batch));
    }
    worker.claimer.signal();
  }

  private long batchNanos() {
    if (sick) {
      return TimeUnit.MICROSECONDS.toNanos(300);
    }
    Long fixed = batchNanos;
    return fixed == null ? cluster.world.millis(2, cluster.slowestBatchMillis) : fixed;
  }

  private void announce(Collection<String> incarnations, boolean alone) {
    for (String incarnation : incarnations) {
      SimWorker.Session session = worker.session(incarnation);
      if (session != null) {
        List<JobId> jobs = leases.executing(incarnation);
        session.say(new Executing(jobs, alone && !jobs.isEmpty()));
      }
    }
  }

  private void finish(List<Work> batch) {
    running.remove(batch);
    for (Work job : batch) {
      post(job, batch.size());
    }
    if (batch.get(0).lease.alone()) {
      announce(List.of(batch.get(0).id().incarnation()), false);
    }
    start();
    if (rests()) {
      restsSince = cluster.world.now();
    }
    worker.claimer.signal();
  }

  private void post(Work job, int batchSize) {
    long held = worker.process.nanos() - job.heldSinceNanos;
    long ran = worker.process.nanos() - job.startedNanos;
    job.startedNanos = Long.MIN_VALUE;
    if (sick) {
      failedAt = cluster.world.now();
      cluster.witness.failed(worker, job.id());
    }
    worker.post(
        new AttemptResult(
            job.id(),
            job.lease.attempt(),
            job.lease.token(),
            sick
                ? new JobOutcome.Failed(JobOutcome.Reason.DEVICE, "sick")
                : job.payload().outcome(),
            new WorkerTimings(held, held - ran, 0, 0, ran, 0),
            batchSize,
            BatchReason.IDLE,
            0));
  }

  void cancel(JobId id) {
    for (Work job : leases.cancel(id)) {
      job.cancelled = true;
      if (waiting.remove(job)) {
        leases.ended(id, job.lease.attempt());
      }
    }
    start();
  }

  /** Takes nothing more; returns what has not started. */
  List<Work> close() {
    closed = true;
    var rest = List.copyOf(waiting);
    waiting.clear();
    return rest;
  }
}
