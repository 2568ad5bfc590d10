package dev.penstock.router.dispatch;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ControlMessage.Backlog;
import dev.penstock.cluster.ControlMessage.Cancel;
import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.LoadFailed;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Renew;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Unload;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.JobQueues;
import dev.penstock.cluster.Membership;
import dev.penstock.config.RouterConfig;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.Claim;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.model.ModelPackage;
import dev.penstock.router.dispatch.WorkerRegistry.Prospect;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Wires the in-flight table, the workers and the queues, and keeps time for them. Its methods may
 * be called on any thread; they never block.
 */
public final class DispatchService implements Dispatcher, AutoCloseable {
  /** Expiry, rings and gossip. */
  private static final long TICK_MILLIS = 100;

  /** Looks into the queues for jobs that got lost on the way to a worker. */
  private static final long LOOK_MILLIS = 500;

  private static final long LATE_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int NO_WORKER_RETRY_SECONDS = 2;

  private final Vertx vertx;
  private final String incarnation;
  private final Ticker ticker;
  private final Membership membership;
  private final QueueKeeper queues;
  private final OrderTags tags = new OrderTags();
  private final WorkerRegistry workers;
  private final LoadWaiters loads;
  private final DrainRate drainRate;
  private final InFlightTable table;
  private final long tickTimer;
  private final long lookTimer;
  private long lastTickNanos;
  private boolean gossiped;
  private Set<String> liveIncarnations = Set.of();
  private volatile boolean leaving;

  /**
   * @param incarnation this start of the router, as its member attribute says
   */
  public DispatchService(
      Vertx vertx,
      HazelcastInstance hazelcast,
      String incarnation,
      RouterConfig.Limits limits,
      Ticker ticker) {
    this.vertx = vertx;
    this.incarnation = incarnation;
    this.ticker = ticker;
    this.membership = Membership.of(hazelcast);
    this.queues = new QueueKeeper(new JobQueues(hazelcast), ticker);
    this.workers = new WorkerRegistry(ticker);
    this.loads = new LoadWaiters();
    this.drainRate = new DrainRate(ticker);
    this.table =
        new InFlightTable(
            incarnation,
            limits.maxInFlight(),
            new LeaseTerms(),
            oneTimeTokens(),
            ticker,
            new TableEffects());
    this.lastTickNanos = ticker.nanos();
    this.tickTimer = vertx.setPeriodic(TICK_MILLIS, timer -> tick());
    this.lookTimer = vertx.setPeriodic(LOOK_MILLIS, timer -> look());
  }

  @Override
  public Admission admit(InferenceRequest request, Consumer<InferenceOutcome> listener) {
    if (!workers.anyServes()) {
      return new Admission.CannotServe(
          NO_WORKER_RETRY_SECONDS,
          "No worker is ready to run the model. Retry later, or start one with 'penstock worker'.");
    }
    ModelRef model = ref(request.model());
    if (workers.ensureServed(model) instanceof Prospect.Unloadable unloadable) {
      var failure = new JobOutcome.Failed(JobOutcome.Reason.LOAD, unloadable.reason());
      return new Admission.Unloadable(failure);
    }
    boolean coldStart = !workers.isResident(model.digest());
    Consumer<InferenceOutcome> counting =
        outcome -> {
          drainRate.ended(outcome.jobs().size());
          listener.accept(outcome);
        };
    Flight flight = table.admit(request, coldStart, tags, counting);
    if (flight == null) {
      int seconds = drainRate.secondsFor(table.counters().inFlight());
      return new Admission.TooMuch(
          seconds,
          "Too many requests are in flight. Retry after " + seconds + " s or add workers.");
    }
    long remaining =
        Math.max(1, TimeUnit.NANOSECONDS.toMillis(flight.deadlineNanos() - ticker.nanos()));
    String message =
        "The request was not answered within "
            + request.timeout().toMillis() / 1000.0
            + " s. Retry, or raise the time limit.";
    long timer = vertx.setTimer(remaining, fired -> table.expire(flight, message));
    flight.whenEnded(() -> vertx.cancelTimer(timer));
    return (Admission.Admitted) () -> table.cancel(flight);
  }

  /** Leases jobs to a worker; what is not in the answer is gone. */
  public List<Claim.Granted> claim(Claim claim) {
    return table.claim(claim);
  }

  /**
   * Takes results; answers {@code accepted}, {@code late} or {@code refused} for each, in their
   * order.
   */
  public List<String> complete(List<AttemptResult> results) {
    return results.stream().map(result -> table.complete(result).label()).toList();
  }

  /** A worker has opened its control channel. */
  public void workerJoined(Hello hello, WorkerChannel channel) {
    workers.joined(hello, channel);
  }

  /**
   * A worker's control channel has closed: the first sign of its death, unless it has opened
   * another one in the meantime.
   *
   * @param channel what it joined with
   */
  public void workerLeft(String instance, WorkerChannel channel) {
    if (workers.left(instance, channel)) {
      table.workerGone(instance);
    }
  }

  /** A worker speaks. */
  public void heard(String instance, FromWorker message) {
    workers.heard(instance);
    if (message instanceof Renew renew) {
      tags.observe(renew.virtualTime());
      table.renew(instance, renew.leases());
    } else if (message instanceof Wants wants) {
      workers.wants(instance, wants.want(), table::hasWaiting);
    } else if (message instanceof State state) {
      workers
          .state(instance, state)
          .forEach(digest -> loads.loaded(digest, workers.loadNanos(digest)));
      table.backlog().forEach(waiting -> workers.ring(waiting.model()));
    } else if (message instanceof HandBack handBack) {
      table.handBack(instance, handBack.jobs());
    } else if (message instanceof LoadFailed failed) {
      workers.failedToLoad(instance, failed.model(), failed.reason());
      serve(failed.model());
    }
  }

  /** Sees to it that a model is served, and ends all waiting for it when that is impossible. */
  private void serve(ModelRef model) {
    Prospect prospect = workers.ensureServed(model);
    if (prospect instanceof Prospect.Unloadable unloadable) {
      table.failWaiting(model, new JobOutcome.Failed(JobOutcome.Reason.LOAD, unloadable.reason()));
      loads.failed(model.digest(), new LoadFailure(false, unloadable.reason()));
    } else if (prospect instanceof Prospect.NoWorker) {
      loads.failed(model.digest(), new LoadFailure(true, "No worker is ready to load it."));
    }
  }

  private void tick() {
    long now = ticker.nanos();
    long lateBy = Math.max(0, now - lastTickNanos - LATE_TICK_NANOS);
    lastTickNanos = now;
    if (lateBy > 0) {
      // This process slept: its clock ran on while the workers' renewals wait unread in its
      // sockets.
      workers.excuse(lateBy + LATE_TICK_NANOS);
    }
    table.expireLeases(lateBy > 0 ? lateBy + LATE_TICK_NANOS : 0);
    List<Waiting> backlog = table.backlog();
    for (Waiting waiting : backlog) {
      serve(waiting.model());
      workers.ring(waiting.model());
    }
    loads.waiting().forEach(this::serve);
    if (!backlog.isEmpty() || gossiped) {
      // Once more when nothing waits any longer, so that no worker goes on believing it.
      workers.broadcast(new Backlog(backlog));
      gossiped = !backlog.isEmpty();
    }
    workers.closeLost();
    Set<String> incarnations = Set.copyOf(membership.routers().keySet());
    if (!incarnations.equals(liveIncarnations)) {
      boolean someoneLeft = !incarnations.containsAll(liveIncarnations);
      liveIncarnations = incarnations;
      if (someoneLeft) {
        queues.purge(incarnations);
      }
    }
  }

  private void look() {
    for (String model : table.suspects()) {
      queues.look(
          model, incarnation, (seen, askedNanos) -> table.reconcile(model, seen, askedNanos));
    }
  }

  @Override
  public boolean ready() {
    return !leaving && workers.anyServes();
  }

  /** From now on not {@link #ready}; goes on serving what comes. */
  public void leave() {
    leaving = true;
  }

  @Override
  public Future<Long> load(ModelPackage model) {
    if (workers.isResident(model.digest())) {
      return Future.succeededFuture(0L);
    }
    Future<Long> loaded = loads.await(ref(model));
    serve(ref(model));
    return loaded;
  }

  @Override
  public void unload(ModelPackage model) {
    workers.broadcast(new Unload(ref(model)));
  }

  @Override
  public Set<String> residentDigests() {
    return workers.residentDigests();
  }

  @Override
  public int inFlight() {
    return table.counters().inFlight();
  }

  /** The ledger of this router's jobs. */
  public DispatchCounters counters() {
    return table.counters();
  }

  @Override
  public JsonObject status() {
    var routers = new JsonArray();
    membership
        .routers()
        .values()
        .forEach(
            router ->
                routers.add(
                    new JsonObject()
                        .put("id", router.id())
                        .put("incarnation", router.incarnation())
                        .put("internal", router.internal().toString())
                        .put("self", router.incarnation().equals(incarnation))));
    var waiting = new JsonArray();
    table
        .backlog()
        .forEach(
            queue ->
                waiting.add(
                    new JsonObject()
                        .put("model", queue.model().model())
                        .put("digest", queue.model().digest())
                        .put("jobs", queue.jobs())
                        .put(
                            "oldest",
                            TimeUnit.NANOSECONDS.toMillis(queue.oldestNanos()) / 1000.0)));
    return new JsonObject()
        .put("routers", routers)
        .put("workers", workers.status())
        .put("queues", waiting)
        .put("jobs", table.counters().toJson());
  }

  @Override
  public void close() {
    vertx.cancelTimer(tickTimer);
    vertx.cancelTimer(lookTimer);
    queues.close();
  }

  private static ModelRef ref(ModelPackage model) {
    return new ModelRef(model.id(), model.digest());
  }

  private static Supplier<String> oneTimeTokens() {
    var random = new SecureRandom();
    return () -> {
      byte[] token = new byte[16];
      random.nextBytes(token);
      return HexFormat.of().formatHex(token);
    };
  }

  private final class TableEffects implements InFlightTable.Effects {
    @Override
    public void offer(JobDescriptor job) {
      queues.offer(job, queued -> workers.queued(new ModelRef(queued.model(), queued.digest())));
    }

    @Override
    public void withdraw(JobDescriptor job) {
      queues.withdraw(job);
    }

    @Override
    public void cancel(String instance, JobId job) {
      workers.send(instance, new Cancel(List.of(job)));
    }
  }
}
