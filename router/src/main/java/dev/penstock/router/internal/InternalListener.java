package dev.penstock.router.internal;

import dev.penstock.model.ModelRepository;
import dev.penstock.router.dispatch.service.DispatchService;
import dev.penstock.router.strangers.Listener;
import dev.penstock.router.strangers.Strangers;
import dev.penstock.telemetry.Ticker;
import dev.penstock.tls.InternalTls;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The listener between machines: claims, results, control channel and model packages. Nothing of it
 * is on the public port.
 */
public final class InternalListener {
  private static final int EVENT_LOOPS = 2;

  /** A worker's renewals or a catalog of thousands of models. */
  private static final int MOST_MESSAGE_BYTES = 8 << 20;

  /**
   * A worker that is gone without a word leaves connections behind. Longer than workers keep
   * theirs.
   */
  private static final int IDLE_SECONDS = 120;

  private final ClaimHandler claims;
  private final ResultHandler results;
  private final PackageHandler packages;
  private final ControlHandler control;
  private final Strangers strangers = new Strangers(Listener.INTERNAL, Ticker.SYSTEM);
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

  public InternalListener(DispatchService dispatch, ModelRepository repository) {
    this.claims = new ClaimHandler(dispatch);
    this.results = new ResultHandler(dispatch);
    this.packages = new PackageHandler(repository);
    this.control = new ControlHandler(dispatch);
  }

  /**
   * Starts to listen.
   *
   * @param port a free port
   * @param tls who may connect; null for whoever reaches it
   * @return completes when it listens; fails when the port is taken
   */
  public Future<String> listen(Vertx vertx, String host, int port, @Nullable InternalTls tls) {
    return vertx.deployVerticle(
        () ->
            new VerticleBase() {
              @Override
              public Future<?> start() {
                var config =
                    new HttpServerConfig(
                        new HttpServerOptions()
                            .setSsl(tls != null)
                            .setUseAlpn(false)
                            .setIdleTimeoutUnit(TimeUnit.SECONDS)
                            .setIdleTimeout(IDLE_SECONDS)
                            .setHttp2ClearTextEnabled(false)
                            .setMaxWebSocketMessageSize(MOST_MESSAGE_BYTES)
                            .setMaxWebSocketFrameSize(MOST_MESSAGE_BYTES));
                return vertx
                    .createHttpServer(config, tls == null ? null : tls.server())
                    .connectionHandler(strangers::opened)
                    .exceptionHandler(strangers::failed)
                    .requestHandler(InternalListener.this::route)
                    .webSocketHandler(control::handle)
                    .listen(port, host)
                    .onSuccess(servers::add);
              }
            },
        new DeploymentOptions().setInstances(EVENT_LOOPS));
  }

  /** Shows another certificate, and believes others, from the next connection on. */
  public Future<?> use(InternalTls fresh) {
    return Future.all(
        servers.stream().map(server -> server.updateSSLOptions(fresh.server())).toList());
  }

  private void route(HttpServerRequest request) {
    String route = request.method() + " " + request.path();
    if (route.equals("POST /claims")) {
      claims.handle(request);
    } else if (route.equals("POST /results")) {
      results.handle(request);
    } else if (route.startsWith("GET " + PackageHandler.PREFIX)) {
      packages.handle(request);
    } else if (route.equals("GET /healthz")) {
      request.response().end();
    } else {
      Bodies.fail(request, 404, "the internal listener has no such route");
    }
  }
}
