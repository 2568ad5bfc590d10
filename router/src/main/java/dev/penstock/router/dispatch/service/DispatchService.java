package dev.penstock.router.dispatch.service;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.CatalogBoard;
import dev.penstock.cluster.ControlMessage.Cancel;
import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Unload;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.JobQueues;
import dev.penstock.cluster.Membership;
import dev.penstock.cluster.ReachBoard;
import dev.penstock.config.RouterConfig;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.wire.Claim;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.admission.AdmissionControl;
import dev.penstock.router.admission.Line;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.DispatchCounters;
import dev.penstock.router.dispatch.Dispatcher;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.InferenceRequest;
import dev.penstock.router.dispatch.catalog.Catalog;
import dev.penstock.router.dispatch.catalog.LiveModels;
import dev.penstock.router.dispatch.catalog.PeerCatalogs;
import dev.penstock.router.dispatch.fair.FairTags;
import dev.penstock.router.dispatch.inflight.InFlightTable;
import dev.penstock.router.dispatch.inflight.LeaseTerms;
import dev.penstock.router.dispatch.workers.Departure;
import dev.penstock.router.dispatch.workers.Prospect;
import dev.penstock.router.dispatch.workers.ReachReport;
import dev.penstock.router.dispatch.workers.WorkerChannel;
import dev.penstock.router.dispatch.workers.WorkerRegistry;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The dispatcher of a router: what clients and workers say goes to the in-flight table, the workers
 * and the queues. Its methods may be called on any thread; they never block.
 */
public final class DispatchService implements Dispatcher, AutoCloseable {
  /**
   * Longer than it takes until the jobs of the claim are offered again, and well within what a
   * worker waits for an answer before it claims more: it has other models, too.
   */
  static final long BENCHED_CLAIM_MILLIS = 250;

  private final Vertx vertx;
  private final QueueKeeper queues;
  private final FairTags tags = new FairTags();
  private final WorkerRegistry workers;
  private final InFlightTable table;
  private final Admissions admissions;
  private final ModelServing models;
  private final WorkerSide workerSide;
  private final LiveModels live;
  private final Catalog catalog;
  private final Supplier<Welcome> welcome;
  private final PeerCatalogs peers;
  private final ReachReport reach;
  private final DispatchStatus status;
  private final Upkeep upkeep;
  private volatile boolean leaving;

  /**
   * @param incarnation this start of the router, as its member attribute says
   * @param control decides what is let in
   * @param repository what is served
   * @param preload ids of the models that every worker is to have
   */
  public DispatchService(
      Vertx vertx,
      HazelcastInstance hazelcast,
      String incarnation,
      RouterConfig.Limits limits,
      AdmissionControl control,
      ModelRepository repository,
      List<String> preload,
      Ticker ticker) {
    Membership membership = Membership.of(hazelcast);
    this.vertx = vertx;
    this.queues = new QueueKeeper(new JobQueues(hazelcast), ticker);
    this.workers = new WorkerRegistry(ticker);
    this.table =
        new InFlightTable(
            incarnation,
            limits.maxInFlight(),
            new LeaseTerms(),
            new OneTimeTokens(),
            ticker,
            new TableEffects());
    this.admissions = new Admissions(vertx, ticker, control, workers, table, tags);
    this.models = new ModelServing(workers, table);
    this.live = new LiveModels(repository, new Residency(), ticker);
    this.catalog =
        new Catalog(repository, live::heldOn, table::models, limits.maxRequestTimeout(), ticker);
    this.welcome = () -> new Welcome(incarnation, catalog.all(), preload, tags.virtualTimes());
    this.workerSide = new WorkerSide(table, workers, models, tags, welcome);
    this.peers =
        new PeerCatalogs(
            incarnation, new CatalogBoard(hazelcast), membership::routers, catalog::served);
    this.reach =
        new ReachReport(
            incarnation,
            new ReachBoard(hazelcast),
            () -> membership.routers().keySet(),
            workers::instances);
    this.status = new DispatchStatus(incarnation, membership, workers, table, admissions, peers);
    this.upkeep =
        new Upkeep(
            incarnation,
            ticker,
            () -> membership.routers().keySet(),
            table,
            workers,
            models,
            queues,
            tags,
            this::announceChanges);
    upkeep.start(vertx);
    peers.start();
    reach.start();
  }

  @Override
  public Optional<Admission.Refused> refusal(Line line, long remainingNanos) {
    return admissions.refusal(line, remainingNanos);
  }

  @Override
  public Admission admit(InferenceRequest request, Consumer<InferenceOutcome> listener) {
    return admissions.admit(request, listener);
  }

  /**
   * Leases jobs to a worker; what is not in the answer is gone, or for others. A worker that failed
   * job after job has its answer late when it asked for what others are to have, so that it leaves
   * the queues to them.
   */
  public Future<List<Claim.Granted>> claim(Claim claim) {
    List<Claim.Granted> granted = workerSide.claim(claim);
    admissions.claimed();
    return workerSide.leavesToOthers(claim, granted)
        ? vertx.timer(BENCHED_CLAIM_MILLIS, TimeUnit.MILLISECONDS).map(granted)
        : Future.succeededFuture(granted);
  }

  /**
   * Takes results; answers {@code accepted}, {@code late} or {@code refused} for each, in their
   * order.
   */
  public List<String> complete(List<AttemptResult> results) {
    return workerSide.complete(results);
  }

  /** The packages that requests are to be admitted for. */
  public ModelRepository models() {
    return live;
  }

  private void announceChanges() {
    live.refresh();
    if (catalog.refresh()) {
      workers.broadcast(welcome.get());
    }
  }

  /** A worker has opened its control channel; it is greeted with the catalog. */
  public void workerJoined(Hello hello, WorkerChannel channel) {
    workerSide.joined(hello, channel);
  }

  /**
   * A worker's control channel has closed: the first sign of its death, unless it has opened
   * another one in the meantime or said before that it would leave.
   *
   * @param channel what it joined with
   */
  public Departure workerLeft(String instance, WorkerChannel channel) {
    return workerSide.left(instance, channel);
  }

  /** Whether requests are refused because there is nobody to execute them. */
  public boolean isWithoutWorkers() {
    return !leaving && workers.instances().isEmpty();
  }

  /**
   * A worker speaks.
   *
   * @param channel what it joined with
   */
  public void heard(String instance, WorkerChannel channel, FromWorker message) {
    workerSide.heard(instance, channel, message);
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
    return models.load(ref(model));
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
    return status.toJson();
  }

  @Override
  public void close() {
    upkeep.close();
    peers.close();
    reach.close();
    queues.close();
  }

  private static ModelRef ref(ModelPackage model) {
    return new ModelRef(model.id(), model.digest());
  }

  private final class Residency implements LiveModels.Fleet {
    @Override
    public boolean isResident(String digest) {
      return workers.isResident(digest);
    }

    @Override
    public Prospect ensureServed(ModelRef model) {
      return workers.ensureServed(model);
    }
  }

  private final class TableEffects implements InFlightTable.Effects {
    @Override
    public void offer(JobDescriptor job) {
      queues.offer(job, queued -> workers.queued(new ModelRef(queued.model(), queued.digest())));
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
}
