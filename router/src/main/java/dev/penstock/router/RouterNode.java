package dev.penstock.router;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ClusterMember;
import dev.penstock.cluster.Ports;
import dev.penstock.cluster.RouterSearch;
import dev.penstock.config.Build;
import dev.penstock.config.HostPort;
import dev.penstock.config.MutualTls;
import dev.penstock.config.RouterConfig;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.admission.AdmissionControl;
import dev.penstock.router.admission.keys.Access;
import dev.penstock.router.api.ApiTelemetry;
import dev.penstock.router.api.PublicApi;
import dev.penstock.router.api.ServerIdentity;
import dev.penstock.router.dispatch.service.DispatchService;
import dev.penstock.router.internal.InternalListener;
import dev.penstock.telemetry.AccessLog;
import dev.penstock.telemetry.MetricsRegistry;
import dev.penstock.telemetry.Ticker;
import dev.penstock.tls.CertificateWatch;
import dev.penstock.tls.InternalTls;
import dev.penstock.tls.UnusableCertificateException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A running router. */
public final class RouterNode {
  private static final System.Logger LOG = System.getLogger(RouterNode.class.getName());

  /** How long a router looks for the others before it starts alone. */
  private static final Duration SEARCH = Duration.ofSeconds(10);

  /** After so long without a request the clients of kept connections count as gone. */
  private static final Duration UNUSED = Duration.ofSeconds(1);

  /** For so long after the drain delay they may go on. */
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(10);

  /** For so long connections that a drain has left over may take to close. */
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofMillis(50);

  private static final Duration READY_LOOK = Duration.ofMillis(2);

  private final Vertx vertx;
  private final RouterConfig config;
  private final int internalPort;
  private final HazelcastInstance hazelcast;
  private final DispatchService dispatch;
  private final PublicApi api;
  private final int port;
  private final Opened opened;
  private final AtomicBoolean drained = new AtomicBoolean();
  private final AtomicBoolean stopped = new AtomicBoolean();

  private RouterNode(
      Vertx vertx, RouterConfig config, ModelRepository repository, Access access, Opened opened) {
    this.opened = opened;
    Ticker ticker = Ticker.SYSTEM;
    String incarnation = UUID.randomUUID().toString();
    this.vertx = vertx;
    this.config = config;
    RouterConfig.Cluster cluster = config.cluster();
    InternalTls tls = internalTls(cluster);
    this.internalPort =
        cluster.internalPort() == 0 ? Ports.free(cluster.host()) : cluster.internalPort();
    Ports.check(cluster.host(), internalPort, "--internal-port");
    if (config.http().port() == internalPort) {
      throw new StartupException(
          "The public and the internal listener cannot share port %d: choose another --internal-port."
              .formatted(internalPort));
    }
    if (config.http().port() != 0) {
      // Said now, rather than after the cluster was joined.
      Ports.check(config.http().host(), config.http().port(), "--port");
    }
    RouterSearch.await(
        cluster.join(),
        new HostPort(cluster.advertise(), cluster.clusterPort()),
        cluster.name(),
        SEARCH,
        ticker);
    AccessLog accessLog = AccessLog.create(config.accessLog());
    opened.add("The access log", accessLog::close);
    this.hazelcast = ClusterMember.start(cluster, config.id(), incarnation, internalPort);
    opened.add("The cluster member", hazelcast::shutdown);
    RouterConfig.Limits limits = config.limits();
    var admission = new AdmissionControl(limits.maxInFlight(), limits.maxInFlightBytes(), ticker);
    this.dispatch =
        new DispatchService(
            vertx, hazelcast, incarnation, limits, admission, repository, config.preload(), ticker);
    opened.add("The dispatcher", dispatch::close);
    var internal = new InternalListener(dispatch, repository);
    String deployment =
        await(internal.listen(vertx, cluster.host(), internalPort, tls), "The internal listener");
    opened.add("The internal listener", () -> vertx.undeploy(deployment).await());
    CertificateWatch<InternalTls> certificates = follow(cluster, tls, internal);
    if (certificates != null) {
      opened.add("The watch of certificates", certificates::close);
    }
    var metrics = new MetricsRegistry();
    var telemetry = new ApiTelemetry(metrics, accessLog);
    var identity = new ServerIdentity(Build.current(), incarnation);
    this.api =
        new PublicApi(
            vertx,
            config,
            dispatch.models(),
            dispatch,
            admission,
            access,
            ticker,
            telemetry,
            identity);
    // Closed before the workers' channels: their ends are no deaths any more. Again does nothing.
    opened.add("The dispatcher", dispatch::close);
    opened.add(
        "The public listener", () -> api.close().await(CLOSING.toMillis(), TimeUnit.MILLISECONDS));
    this.port = await(api.listen(), "The public listener");
  }

  /**
   * Starts a router and returns when it serves. Blocks; not for event loops.
   *
   * @param access who may ask for what
   * @throws StartupException when it cannot serve, with a sentence for the person at the terminal
   */
  public static RouterNode start(
      Vertx vertx, RouterConfig config, ModelRepository repository, Access access) {
    var opened = new Opened();
    try {
      return new RouterNode(vertx, config, repository, access, opened);
    } catch (RuntimeException | Error e) {
      // Nobody else could: the process may go on without a router.
      opened.close();
      throw e;
    }
  }

  private static @Nullable InternalTls internalTls(RouterConfig.Cluster cluster) {
    try {
      return cluster.tls() == null ? null : InternalTls.load(cluster.tls());
    } catch (UnusableCertificateException e) {
      throw new StartupException("--internal-tls-…: " + e.getMessage(), e);
    }
  }

  private @Nullable CertificateWatch<InternalTls> follow(
      RouterConfig.Cluster cluster, @Nullable InternalTls used, InternalListener listener) {
    MutualTls files = cluster.tls();
    return files == null || used == null
        ? null
        : CertificateWatch.start(
            vertx, "--internal-tls-cert", () -> InternalTls.load(files), used, listener::use);
  }

  private static <T> T await(Future<T> future, String what) {
    try {
      return future.await(30, TimeUnit.SECONDS);
    } catch (StartupException e) {
      throw e;
    } catch (Exception e) {
      throw new StartupException(what + " could not be started: " + e.getMessage(), e);
    }
  }

  /** The bound public port. */
  public int port() {
    return port;
  }

  /** The bound port of claims, results, control and packages. */
  public int internalPort() {
    return internalPort;
  }

  /** The bound Hazelcast port. */
  public int clusterPort() {
    return hazelcast.getCluster().getLocalMember().getAddress().getPort();
  }

  /** The cluster member, for a worker in the same process. */
  public HazelcastInstance hazelcast() {
    return hazelcast;
  }

  /** Whether a warm worker can be reached. */
  public boolean ready() {
    return dispatch.ready();
  }

  /**
   * Waits until a request would be let in. Blocks.
   *
   * @param longest after which that is said in the log, and it returns all the same
   */
  public void awaitReady(Duration longest) {
    long started = Ticker.SYSTEM.nanos();
    while (!ready()) {
      if (Ticker.SYSTEM.nanos() - started > longest.toNanos()) {
        LOG.log(Level.WARNING, "No worker is ready; requests are answered 503 until one is.");
        return;
      }
      LockSupport.parkNanos(READY_LOOK.toNanos());
    }
  }

  /**
   * Ends serving clients: not ready, drain delay, no new requests, answers what it has. Blocks;
   * again does nothing.
   */
  public void drain() {
    if (!drained.compareAndSet(false, true)) {
      return;
    }
    int inFlight = dispatch.inFlight();
    dispatch.leave();
    api.drain();
    LockSupport.parkNanos(config.drainDelay().toNanos());
    awaitUnused();
    try {
      Duration longest = config.limits().maxRequestTimeout();
      api.shutdown(longest).await(longest.toMillis() + 1_000, TimeUnit.MILLISECONDS);
    } catch (Exception e) {
      LOG.log(Level.WARNING, "Some clients did not take their answers: {0}", e.getMessage());
    }
    LOG.log(
        Level.INFO,
        "drained: {0} jobs were in flight when it began. {1}",
        inFlight,
        dispatch.counters().sentence());
  }

  /**
   * Clients that work off a pool of connections are not interrupted, as long as they go on: their
   * next request would meet the end of its connection.
   */
  private void awaitUnused() {
    api.watchUse();
    Duration unused = config.drainDelay().compareTo(UNUSED) < 0 ? config.drainDelay() : UNUSED;
    for (Duration waited = Duration.ZERO;
        waited.compareTo(LONGEST_FAREWELL) < 0 && api.isStillUsed(unused);
        waited = waited.plus(LOOK)) {
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** Drains and leaves the cluster in order. Blocks; again does nothing. */
  public void stop() {
    drain();
    if (stopped.compareAndSet(false, true)) {
      opened.close();
    }
  }
}
