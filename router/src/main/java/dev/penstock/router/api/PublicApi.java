package dev.penstock.router.api;

import dev.penstock.config.RouterConfig;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelAliases;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.admission.keys.Access;
import dev.penstock.router.api.access.KeyCheck;
import dev.penstock.router.api.exchange.BodyReader;
import dev.penstock.router.api.exchange.BodyWork;
import dev.penstock.router.api.exchange.Cors;
import dev.penstock.router.api.exchange.ExchangeServices;
import dev.penstock.router.api.image.ImageFetcher;
import dev.penstock.router.api.image.ImageLoader;
import dev.penstock.router.dispatch.Dispatcher;
import dev.penstock.telemetry.DispatchMetrics;
import dev.penstock.telemetry.RequestMetrics;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The public HTTP listener of a router. It runs on one event loop a core; every instance has its
 * own routing table over the same endpoints.
 */
public final class PublicApi {
  private static final int LONGEST_REQUEST_LINE = 16 * 1024;
  private static final int LARGEST_HEAD = 32 * 1024;
  private static final int IDLE_SECONDS = 75;
  private static final int NAME_LOOKUPS = 4;

  private final Vertx vertx;
  private final RouterConfig config;
  private final BodyWork work;
  private final WorkerExecutor lookups;
  private final ImageFetcher fetcher;
  private final ApiRoutes routes;
  private final AtomicInteger boundPort = new AtomicInteger();
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private volatile boolean draining;
  private volatile String deployment = "";

  public PublicApi(
      Vertx vertx,
      RouterConfig config,
      ModelRepository repository,
      Dispatcher dispatcher,
      Access access,
      Ticker ticker,
      ApiTelemetry telemetry,
      ServerIdentity identity) {
    this.vertx = vertx;
    this.config = config;
    RouterConfig.Limits limits = config.limits();
    work = new BodyWork(vertx, "penstock-body-" + identity.uuid());
    lookups =
        vertx.createSharedWorkerExecutor("penstock-name-lookup-" + identity.uuid(), NAME_LOOKUPS);
    fetcher = new ImageFetcher(vertx, config.imageUrls(), limits.maxBodyBytes(), lookups);
    var requests = new RequestMetrics(telemetry.metrics());
    var dispatch = new DispatchMetrics(telemetry.metrics(), () -> DispatchSample.of(dispatcher));
    var services =
        new ExchangeServices(
            ticker,
            InstantSource.system(),
            new Cors(config.http().allowOrigins()),
            () -> draining,
            record -> {
              requests.record(record);
              telemetry.log().write(record);
            });
    var bodies = new BodyReader(limits.maxBodyBytes(), limits.requestTimeout());
    var keys = new KeyCheck(access, bodies, work);
    var images = new ImageLoader(work, fetcher);
    var aliases = ModelAliases.hosted().with(config.aliases());
    var models = new ModelLookup(repository, aliases);
    var registry = registry(repository, aliases);
    var inferences = new Inferences(dispatcher, limits.requestTimeout(), work);
    routes =
        new ApiRoutes(
            services,
            keys,
            new ServiceEndpoints(identity, repository, dispatcher, dispatch, () -> draining),
            new ModelEndpoints(bodies, keys, models, registry, dispatcher),
            new TaskEndpoint(
                bodies, keys, images, limits.maxInFlight(), models, registry, inferences),
            new LegacyEndpoint(bodies, work, images, models, registry, inferences));
  }

  /**
   * Binds the public port.
   *
   * @return the bound port; fails with a {@link StartupException} when the port cannot be bound
   */
  public Future<Integer> listen() {
    RouterConfig.Http http = config.http();
    // Instances share a port they all name. Any free one is named by a negative number.
    int port = http.port() > 0 ? http.port() : -1 - ThreadLocalRandom.current().nextInt(1 << 30);
    var options = new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
    return vertx
        .deployVerticle(() -> new Listener(http.host(), port), options)
        .recover(
            cause ->
                Future.failedFuture(
                    new StartupException(
                        "cannot listen on "
                            + http.host()
                            + ":"
                            + http.port()
                            + " ("
                            + cause.getMessage()
                            + "): choose another port with --port, or end the process that has it",
                        cause)))
        .map(
            id -> {
              deployment = id;
              return boundPort.get();
            });
  }

  /** Says to probes and on every answer that this router is leaving, and goes on answering. */
  public void drain() {
    draining = true;
  }

  /**
   * Takes no new connection or request and lets those that are being served end.
   *
   * @param patience after that their connections are closed
   */
  public Future<Void> shutdown(Duration patience) {
    draining = true;
    return Future.all(
            servers.stream()
                .map(server -> server.shutdown(patience.toMillis(), TimeUnit.MILLISECONDS))
                .toList())
        .mapEmpty();
  }

  /** Closes the listener and every connection. */
  public Future<Void> close() {
    draining = true;
    Future<Void> closed =
        deployment.isEmpty() ? Future.succeededFuture() : vertx.undeploy(deployment);
    return closed.eventually(
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

  /** One event loop's share of the port. */
  private final class Listener extends VerticleBase {
    private final String host;
    private final int port;

    Listener(String host, int port) {
      this.host = host;
      this.port = port;
    }

    @Override
    public Future<?> start() {
      var options =
          new HttpServerOptions()
              .setHttp2ClearTextEnabled(false)
              .setMaxInitialLineLength(LONGEST_REQUEST_LINE)
              .setMaxHeaderSize(LARGEST_HEAD)
              .setIdleTimeoutUnit(TimeUnit.SECONDS)
              .setIdleTimeout(
                  (int) Math.max(IDLE_SECONDS, 2 * config.limits().requestTimeout().toSeconds()));
      return vertx
          .createHttpServer(options)
          .requestHandler(routes.router(vertx))
          .invalidRequestHandler(request -> routes.unreadable(request, vertx))
          .listen(port, host)
          .onSuccess(
              server -> {
                boundPort.set(server.actualPort());
                servers.add(server);
              });
    }
  }
}
