package dev.penstock.worker.claim;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ControlMessage;
import dev.penstock.cluster.ControlMessage.Backlog;
import dev.penstock.cluster.ControlMessage.Cancel;
import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Load;
import dev.penstock.cluster.ControlMessage.LoadFailed;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.ControlMessage.Renew;
import dev.penstock.cluster.ControlMessage.Ring;
import dev.penstock.cluster.ControlMessage.Unload;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.JobQueues;
import dev.penstock.cluster.Membership;
import dev.penstock.cluster.ReachBoard;
import dev.penstock.config.WorkerConfig;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.JobId;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.repository.PackageCache;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.Departures;
import dev.penstock.worker.batch.DeviceListener;
import dev.penstock.worker.batch.Lanes;
import dev.penstock.worker.batch.Leases;
import dev.penstock.worker.batch.NextBatch;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.claim.Standing.Obstacle;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.memory.ImageMemory;
import dev.penstock.worker.memory.MachineMemory;
import dev.penstock.worker.queue.JobTaker;
import dev.penstock.worker.queue.QueueOrder;
import dev.penstock.worker.queue.QueueProgress;
import dev.penstock.worker.shelf.IntactDevice;
import dev.penstock.worker.shelf.ModelShelf;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The whole of a worker between its routers and its device: wires the parts and lets them talk. */
public final class WorkerAgent {
  private static final System.Logger LOG = System.getLogger(WorkerAgent.class.getName());

  /** How long a leaving worker waits for its routers to take the results of what it had started. */
  private static final Duration FAREWELL = Duration.ofSeconds(60);

  /** Longer than a poll takes at a router that hangs. */
  private static final Duration CLAIMER_PATIENCE = Duration.ofSeconds(6);

  /** For so long it is waited for that routers know that this worker is ready: they may hang. */
  private static final Duration HEARD = Duration.ofSeconds(5);

  /**
   * A cold model whose jobs have waited for so long is loaded by every idle worker that hears of it
   * and has the memory to spare.
   */
  private static final long COLD_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Vertx vertx;
  private final Patience patience;
  private final Joining joining;
  private final Leases leases;
  private final RouterLinks links;
  private final ModelShelf shelf;
  private final CatalogFollower catalogs;
  private final ResultSender results;
  private final Arrivals arrivals;
  private final QueueOrder order;
  private final QueueProgress progress = new QueueProgress();
  private final NextBatch next;
  private final Lanes lanes;
  private final Claimer claimer;
  private final Signal signal = new Signal();
  private final Thread claimerThread;
  private final long renewTimer;
  private final Standing standing;
  private final Reach reach;

  /**
   * @param hazelcast the way to the queues
   */
  public WorkerAgent(
      Vertx vertx,
      HazelcastInstance hazelcast,
      Membership membership,
      WorkerConfig config,
      ModelRepository repository,
      Device device,
      Ticker ticker) {
    this.vertx = vertx;
    this.patience = new Patience(ticker);
    var self = new Hello(config.id(), UUID.randomUUID().toString(), device.label());
    this.leases = new Leases(ticker);
    this.order = new QueueOrder(ticker);
    var clients = InternalClients.open(vertx, config.tls());
    this.links = new RouterLinks(membership::routers, self, vertx, clients, this::received, ticker);
    var board = new ReachBoard(hazelcast);
    this.reach = new Reach(self.instance(), links::doors, board::read, ticker);
    this.joining = new Joining(config, links, reach, patience);
    this.results = new ResultSender(links, leases, vertx);
    var executions = new ExecutionAnnouncer(links, leases);
    var fetcher = new PackageFetcher(repository, new PackageCache(config.cache()), links);
    this.shelf =
        new ModelShelf(
            new AnnouncedLoads(new IntactDevice(device, repository), executions),
            config.memory().modelsOr(device.memory()::capacity),
            fetcher,
            new ShelfListener(),
            ticker);
    this.catalogs = new CatalogFollower(links, shelf);
    this.next = new NextBatch(signal::raise);
    this.arrivals = new Arrivals(shelf, next, leases, results, ticker);
    this.standing =
        new Standing(next, results::handBack, shelf::state, progress::all, links::broadcast);
    this.lanes =
        new Lanes(
            device.lanes(),
            next,
            executions,
            new DeviceTrouble(),
            new Leaving(),
            new ImageMemory(config.memory().imagesOr(MachineMemory.here()::images)),
            ticker);
    this.claimer =
        new Claimer(
            self,
            new JobTaker(new JobQueues(hazelcast), order, progress),
            links,
            shelf,
            next,
            leases,
            arrivals,
            new OpenClaims(ticker, links::speaking),
            signal,
            this::lookAtRouters,
            ticker);
    this.claimerThread = new Thread(claimer, "penstock-claimer");
    claimerThread.setDaemon(true);
    this.renewTimer = vertx.setPeriodic(ControlMessage.RENEW_MILLIS, timer -> renew());
  }

  /**
   * Joins, preloads, serves. Blocks until it is ready and its routers know it: whoever reads that
   * it is ready may send a request at once.
   *
   * @throws dev.penstock.config.StartupException when it cannot join in time or cannot load what it
   *     was told to
   */
  public void start() {
    links.open();
    joining.join();
    joining.preload(shelf);
    lanes.start();
    claimerThread.start();
    standing.ready();
    signal.raise();
    patience.await(
        links.heard()::isComplete, HEARD, "waiting until routers know that this worker is ready");
  }

  private void received(RouterLink link, FromRouter message) {
    String incarnation = link.router().incarnation();
    if (message instanceof Ring ring) {
      order.rung(incarnation, ring.model().model());
      claimer.rung();
    } else if (message instanceof Backlog backlog) {
      order.heard(incarnation, backlog.queues());
      progress.heard(backlog.queues());
      backlog.queues().forEach(this::waiting);
    } else if (message instanceof Cancel cancel) {
      cancel.jobs().forEach(this::cancel);
    } else if (message instanceof Load load) {
      request(load.model());
    } else if (message instanceof Unload unload) {
      shelf.drop(unload.model().digest());
    } else if (message instanceof Welcome welcome) {
      progress.heard(welcome.virtualTimes());
      standing.tellTo(link::send);
      claimer.repeatTo(link);
      catalogs.follow();
    }
  }

  private void waiting(Waiting queue) {
    boolean resident =
        shelf.residents().stream().anyMatch(model -> model.digest().equals(queue.model().digest()));
    if (resident) {
      if (next.idle()) {
        signal.raise();
      }
    } else if (standing.isReady() && next.idle() && queue.oldestNanos() > COLD_PATIENCE_NANOS) {
      shelf.requestIfItFits(queue.model()).exceptionally(failed -> null);
    }
  }

  private void request(ModelRef model) {
    // The listener hears of the end, good or bad.
    shelf.request(model).exceptionally(failed -> null);
  }

  private void cancel(JobId id) {
    for (ClaimedJob job : leases.cancel(id)) {
      if (next.drop(job)) {
        dropped(job, "nobody waits for it any more");
        job.release();
      }
    }
  }

  private void dropped(ClaimedJob job, String reason) {
    LOG.log(Level.DEBUG, "dropped {0}: {1}", job.id(), reason);
    leases.ended(job.id(), job.attempt());
  }

  private void renew() {
    order.left(links.incarnations());
    List<Progress> queues = progress.of(shelf.residents().stream().map(ResidentModel::id).toList());
    for (RouterLink link : List.copyOf(links.all())) {
      link.send(new Renew(queues, leases.of(link.router().incarnation())));
    }
  }

  /** On the claimer's thread: what it would take must not be out of its reach. */
  private void lookAtRouters() {
    String obstacle = reach.obstacle();
    if (obstacle == null) {
      standing.clear(Obstacle.ROUTERS);
    } else {
      standing.hinder(Obstacle.ROUTERS, obstacle);
    }
  }

  /**
   * Leaves in order: takes nothing more, gives back what was not started, finishes the rest, says
   * goodbye. Blocks.
   */
  public void stop() {
    standing.draining();
    claimer.stop();
    awaitClaimer();
    int cold = arrivals.close();
    List<ClaimedJob> rest = next.close();
    results.handBack(rest);
    lanes.join(FAREWELL);
    boolean told =
        patience.await(leases::isEmpty, FAREWELL, "waiting for routers to take the last results");
    LOG.log(
        Level.INFO,
        "drained: {0} jobs that were not started were handed back, and {1}",
        cold + rest.size(),
        told
            ? "all results were taken."
            : "some results were not taken: their jobs run elsewhere.");
    vertx.cancelTimer(renewTimer);
    links.close();
    shelf.close();
  }

  /** What it has polled is claimed by then, so that it can be handed back. */
  private void awaitClaimer() {
    try {
      claimerThread.join(CLAIMER_PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Leaving implements Departures {
    @Override
    public void ended(ClaimedJob job, AttemptResult result) {
      progress.ran(job.modelId(), result);
      results.send(result);
    }

    @Override
    public void givenUp(List<ClaimedJob> jobs) {
      results.giveBack(jobs);
    }

    @Override
    public void dropped(ClaimedJob job, String reason) {
      WorkerAgent.this.dropped(job, reason);
    }
  }

  private final class DeviceTrouble implements DeviceListener {
    @Override
    public void sick(String reason) {
      standing.hinder(Obstacle.DEVICE, "its device fails: " + reason);
    }

    @Override
    public void well() {
      standing.clear(Obstacle.DEVICE);
    }
  }

  private final class ShelfListener implements ModelShelf.Listener {
    @Override
    public void loaded(ResidentModel model) {
      arrivals.loaded(model.digest());
    }

    @Override
    public void failed(ModelRef model, String reason) {
      arrivals.failed(model, reason);
      links.broadcast(new LoadFailed(model, reason));
    }

    @Override
    public void changed() {
      standing.residentsChanged();
      signal.raise();
    }
  }
}
