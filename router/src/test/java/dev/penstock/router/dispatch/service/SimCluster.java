package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.Requests;
import dev.penstock.router.dispatch.inflight.Flight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Routers, workers, their queues, their network and their clients. */
final class SimCluster {
  static final List<String> MODELS = List.of("coco/1", "parts/7");

  final SimWorld world;
  final SimQueue queue;
  final SimWitness witness;

  /** Every worker there ever was. */
  final List<SimWorker> workers = new ArrayList<>();

  final List<Asked> requests = new ArrayList<>();

  /** The slowest batches take so long. */
  long slowestBatchMillis = 60;

  /** Whether a worker that died is replaced by another start of it. */
  boolean replacesTheDead = true;

  private final Map<String, SimRouter> members = new LinkedHashMap<>();
  private final Map<String, SimLink> links = new HashMap<>();

  /** A request, and what its client was told. */
  static final class Asked {
    final SimRouter router;
    final List<SimPayload> payloads;
    final long deadline;
    final List<InferenceOutcome> outcomes = new ArrayList<>();
    final List<SimJob> jobs = new ArrayList<>(1);
    @Nullable Flight flight;
    boolean hungUp;

    Asked(SimRouter router, List<SimPayload> payloads, long deadline) {
      this.router = router;
      this.payloads = payloads;
      this.deadline = deadline;
    }

    boolean over() {
      return hungUp || !outcomes.isEmpty() || !router.process.alive();
    }

    @Override
    public String toString() {
      return jobs.stream().map(job -> job.descriptor.id().toString()).toList().toString();
    }

    InferenceOutcome.End end() {
      return outcomes.get(0).end();
    }
  }

  SimCluster(SimWorld world) {
    this.world = world;
    this.queue = new SimQueue(world);
    this.witness = new SimWitness(this);
    world.after(TimeUnit.MILLISECONDS.toNanos(100), this::routine);
  }

  private void routine() {
    List.copyOf(members.values()).stream()
        .filter(router -> router.process.running() && router.leaving())
        .filter(router -> router.table.counters().inFlight() == 0)
        .forEach(this::depart);
    witness.checkProgress();
    world.after(TimeUnit.MILLISECONDS.toNanos(100), this::routine);
  }

  static ModelRef ref(String model) {
    return Requests.ref(model);
  }

  List<ModelRef> catalog() {
    return MODELS.stream().map(SimCluster::ref).toList();
  }

  SimRouter router() {
    var router = new SimRouter(this, "router" + (links.size() + members.size()) + world.now());
    members.put(router.incarnation, router);
    return router;
  }

  /** A worker with one lane that has all models. */
  SimWorker worker() {
    return worker(1, 4, MODELS);
  }

  SimWorker worker(int lanes, int maxBatch, Collection<String> models) {
    var worker = new SimWorker(this, "worker" + workers.size(), lanes, maxBatch, models);
    workers.add(worker);
    return worker;
  }

  SimLink link(SimRouter router, SimWorker worker) {
    return links.computeIfAbsent(
        router.incarnation + "~" + worker.instance, name -> new SimLink(world, name));
  }

  Collection<SimLink> links() {
    return links.values();
  }

  Collection<SimRouter> members() {
    return members.values();
  }

  Set<String> incarnations() {
    return members.keySet();
  }

  List<SimWorker> livingWorkers() {
    return workers.stream().filter(worker -> worker.process.alive()).toList();
  }

  /** A client asks; null when its router takes no more. */
  @Nullable Asked ask(SimRouter router, String model, long timeoutMillis, SimPayload... payloads) {
    var asked =
        new Asked(
            router, List.of(payloads), world.now() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
    witness.admitting(asked);
    asked.flight =
        router.admit(
            Requests.request(
                model,
                asked.payloads.stream().map(SimPayload::bytes).toList(),
                router.process.nanos(),
                Duration.ofMillis(timeoutMillis)),
            outcome -> witness.told(asked, outcome));
    if (asked.flight == null) {
      return null;
    }
    requests.add(asked);
    return asked;
  }

  void hangUp(Asked asked) {
    Flight flight = asked.flight;
    if (flight != null && !asked.over() && asked.router.process.running()) {
      world.trace("the client of", asked, "hangs up");
      asked.hungUp = true;
      witness.ended(asked);
      asked.router.table.cancel(flight);
    }
  }

  /** A worker dies of what it runs. */
  void diesOfIt(SimWorker worker) {
    if (worker.process.alive()) {
      witness.killed(worker);
      kill(worker);
    }
  }

  void kill(SimWorker worker) {
    worker.kill();
    replace();
  }

  void powerOff(SimWorker worker) {
    worker.powerOff();
    replace();
  }

  void drain(SimWorker worker) {
    worker.drain();
    replace();
  }

  private void replace() {
    if (replacesTheDead) {
      world.after(
          world.millis(200, 1_200), () -> worker(1 + world.below(2), 1 + world.below(4), MODELS));
    }
  }

  /** The control channel between the two breaks. */
  void reset(SimWorker worker, SimRouter router) {
    SimWorker.Session session = worker.session(router.incarnation);
    if (session != null && session.channel != null) {
      session.channel.reset();
    }
  }

  /** A router dies; its clients' connections break. */
  void kill(SimRouter router) {
    world.trace(router.incarnation, "is killed");
    router.process.die();
    hangUpOn(router);
    queue.stall(world.millis(0, 800));
    if (members.values().stream().noneMatch(other -> other.process.alive())) {
      queue.clear();
    }
    world.after(world.millis(20, 500), () -> members.remove(router.incarnation));
  }

  private void depart(SimRouter router) {
    world.trace(router.incarnation, "has left");
    router.process.die();
    members.remove(router.incarnation);
    hangUpOn(router);
  }

  private void hangUpOn(SimRouter router) {
    for (SimWorker worker : livingWorkers()) {
      SimWorker.Session session = worker.session(router.incarnation);
      if (session != null && session.channel != null) {
        session.channel.close();
      }
    }
  }

  /** All that is paused, cut, stalled, sick or hung is as it should be again. */
  void repair() {
    world.trace("everything is repaired");
    slowestBatchMillis = 60;
    queue.troubledOffers = 0;
    queue.lostPolls = 0;
    links.values().forEach(SimLink::repair);
    members.values().forEach(router -> router.process.resume());
    for (SimWorker worker : livingWorkers()) {
      worker.process.resume();
      worker.device.sick = false;
      if (worker.device.hangs) {
        powerOff(worker);
      }
    }
  }
}
