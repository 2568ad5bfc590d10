package dev.penstock.router.api;

import dev.penstock.config.RouterConfig;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelAliases;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.admission.AdmissionControl;
import dev.penstock.router.admission.RequestTimeouts;
import dev.penstock.router.admission.keys.Access;
import dev.penstock.router.api.access.KeyCheck;
import dev.penstock.router.api.access.PageCheck;
import dev.penstock.router.api.access.PriorityHeader;
import dev.penstock.router.api.connection.ConnectionGuard;
import dev.penstock.router.api.connection.PublicListener;
import dev.penstock.router.api.connection.UntakenAnswers;
import dev.penstock.router.api.exchange.AllowedOrigins;
import dev.penstock.router.api.exchange.BodyReader;
import dev.penstock.router.api.exchange.BodyWork;
import dev.penstock.router.api.exchange.Cors;
import dev.penstock.router.api.exchange.ExchangeServices;
import dev.penstock.router.api.exchange.PageGuard;
import dev.penstock.router.api.image.ImageFetcher;
import dev.penstock.router.api.image.ImageLoader;
import dev.penstock.router.dispatch.Dispatcher;
import dev.penstock.telemetry.ConnectionMetrics;
import dev.penstock.telemetry.DispatchMetrics;
import dev.penstock.telemetry.RequestMetrics;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The public HTTP listener of a router. It runs on one event loop a core; every instance has its
 * own routing table over the same endpoints.
 */
public final class PublicApi {
  /** More than the 60 s after which load balancers give up idle connections themselves. */
  private static final Duration IDLE = Duration.ofSeconds(75);

  private static final int NAME_LOOKUPS = 4;

  private final Vertx vertx;
  private final RouterConfig config;
  private final BodyWork work;
  private final WorkerExecutor lookups;
  private final ImageFetcher fetcher;
  private final ApiRoutes routes;
  private final ConnectionGuard guard;
  private final PublicListener listener;
  private volatile boolean draining;

  public PublicApi(
      Vertx vertx,
      RouterConfig config,
      ModelRepository repository,
      Dispatcher dispatcher,
      AdmissionControl admission,
      Access access,
      Ticker ticker,
      ApiTelemetry telemetry,
      ServerIdentity identity) {
    this.vertx = vertx;
    this.config = config;
    RouterConfig.Limits limits = config.limits();
    work = new BodyWork(vertx, "penstock-body-" + identity.uuid(), limits.maxInFlightBytes() / 2);
    lookups =
        vertx.createSharedWorkerExecutor("penstock-name-lookup-" + identity.uuid(), NAME_LOOKUPS);
    fetcher = new ImageFetcher(vertx, config.imageUrls(), limits.maxBodyBytes(), lookups);
    var requests = new RequestMetrics(telemetry.metrics());
    var dispatch = new DispatchMetrics(telemetry.metrics(), () -> DispatchSample.of(dispatcher));
    Duration whole = limits.maxRequestTimeout().multipliedBy(2);
    guard = new ConnectionGuard(ticker, config.http().maxConnections(), IDLE);
    var answers = new UntakenAnswers(ticker);
    var connections =
        new ConnectionMetrics(
            telemetry.metrics(), guard::count, guard::refused, answers::brokenOff);
    listener =
        new PublicListener(
            vertx, config.http(), IDLE.compareTo(whole) > 0 ? IDLE : whole, guard, answers);
    var origins = new AllowedOrigins(config.http().allowOrigins());
    var pages = new PageGuard(origins, access.wantsKeys());
    var services =
        new ExchangeServices(
            ticker,
            InstantSource.system(),
            new Cors(origins, pages),
            new RequestTimeouts(limits.requestTimeout(), limits.maxRequestTimeout()),
            admission,
            () -> draining,
            guard,
            answers,
            record -> {
              requests.record(record);
              connections.register();
              telemetry.log().write(record);
            });
    var bodies = new BodyReader(limits.maxBodyBytes());
    var intake = new Intake(bodies, dispatcher);
    var keys = new KeyCheck(access, bodies, work);
    var images = new ImageLoader(work, fetcher);
    var aliases = ModelAliases.hosted().with(config.aliases());
    var models = new ModelLookup(repository, aliases);
    var registry = registry(repository, aliases);
    var inferences = new Inferences(dispatcher, work);
    routes =
        new ApiRoutes(
            services,
            keys,
            new PageCheck(pages, bodies),
            new PriorityHeader(bodies),
            new ServiceEndpoints(identity, repository, dispatcher, dispatch, () -> draining),
            new ModelEndpoints(bodies, keys, models, registry, dispatcher),
            new TaskEndpoint(
                intake, keys, images, limits.maxInFlight(), models, registry, inferences),
            new LegacyEndpoint(intake, work, images, models, registry, inferences));
  }

  /**
   * Binds the public port.
   *
   * @return the bound port; fails with a {@link StartupException} when the port cannot be bound, or
   *     the certificate not be used
   */
  public Future<Integer> listen() {
    return listener.listen(
        () -> new PublicListener.Handlers(router(), request -> routes.unreadable(request, vertx)));
  }

  /** A routing table for one server instance. */
  Router router() {
    return routes.router(vertx);
  }

  /** Connections of clients that are open. */
  int connections() {
    return guard.count();
  }

  /** Says to probes and on every answer that this router is leaving, and goes on answering. */
  public void drain() {
    draining = true;
  }

  /** From now on it is watched whether the connections that are open are still used. */
  public void watchUse() {
    guard.watchUse();
  }

  /**
   * Whether clients still use connections that were open when {@link #watchUse} was called. As each
   * is closed after its next answer in a drain, a pool of them is worked off; to close one that its
   * client is just about to use would lose a request.
   *
   * @param within how long ago a use counts
   */
  public boolean isStillUsed(Duration within) {
    return guard.watchedAreUsed(within);
  }

  /**
   * Takes no new connection or request and lets those that are being served end.
   *
   * @param patience after that their connections are closed
   */
  public Future<Void> shutdown(Duration patience) {
    draining = true;
    return listener.shutdown(patience);
  }

  /** Closes the listener and every connection. */
  public Future<Void> close() {
    draining = true;
    return listener
        .close()
        .eventually(
            () -> {
              fetcher.close();
              lookups.close();
              work.close();
              return Future.succeededFuture();
            });
  }

  private ModelRegistry registry(ModelRepository repository, ModelAliases aliases) {
    var registry = new ModelRegistry();
    for (String id : config.preload()) {
      ModelPackage preloaded = aliases.find(repository, id);
      if (preloaded != null) {
        registry.add(id, preloaded, null);
      }
    }
    return registry;
  }
}
