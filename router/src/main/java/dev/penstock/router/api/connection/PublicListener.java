package dev.penstock.router.api.connection;

import dev.penstock.config.CertificateFiles;
import dev.penstock.config.RouterConfig;
import dev.penstock.config.StartupException;
import dev.penstock.router.strangers.Listener;
import dev.penstock.router.strangers.Strangers;
import dev.penstock.telemetry.Ticker;
import dev.penstock.tls.CertificateWatch;
import dev.penstock.tls.PublicTls;
import dev.penstock.tls.UnusableCertificateException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The public port of a router, on one event loop a core: HTTP/1.1, and over TLS also HTTP/2.
 *
 * <p>HTTP/2 without TLS is not spoken: no client of the API does.
 */
public final class PublicListener {
  private static final int LONGEST_REQUEST_LINE = 16 * 1024;
  private static final int LARGEST_HEAD = 32 * 1024;
  private static final long SWEEP_MILLIS = 1_000;

  /** Requests of one HTTP/2 connection at once. */
  private static final int MOST_STREAMS = 100;

  /** What may be under way on an HTTP/2 stream: pictures come in one go from some distance. */
  private static final int STREAM_WINDOW_BYTES = 1 << 20;

  /**
   * What the kernel keeps of an answer for its client. By itself it keeps megabytes, uncounted, and
   * whether a client reads shows in steps as large.
   */
  private static final int SEND_BUFFER_BYTES = 256 << 10;

  /** And on all streams of its connection. */
  private static final int CONNECTION_WINDOW_BYTES = 8 << 20;

  private final Vertx vertx;
  private final RouterConfig.Http http;
  private final Duration idle;
  private final ConnectionGuard guard;
  private final UntakenAnswers answers;
  private final Strangers strangers = new Strangers(Listener.PUBLIC, Ticker.SYSTEM);
  private final AtomicInteger boundPort = new AtomicInteger();
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private volatile String deployment = "";
  private @Nullable CertificateWatch<PublicTls> watch;
  private long sweeps = -1;

  /**
   * What is done with requests.
   *
   * @param parsed takes what was understood as HTTP
   * @param unreadable answers what was not
   */
  public record Handlers(
      Handler<HttpServerRequest> parsed, Handler<HttpServerRequest> unreadable) {}

  /**
   * @param idle after so much silence a connection is closed even in the middle of a request
   */
  public PublicListener(
      Vertx vertx,
      RouterConfig.Http http,
      Duration idle,
      ConnectionGuard guard,
      UntakenAnswers answers) {
    this.vertx = vertx;
    this.http = http;
    this.idle = idle;
    this.guard = guard;
    this.answers = answers;
  }

  /**
   * Binds the port.
   *
   * @param handlers makes those of one event loop
   * @return the bound port; fails with a {@link StartupException} when the port cannot be bound, or
   *     the certificate not be used
   */
  public Future<Integer> listen(Supplier<Handlers> handlers) {
    CertificateFiles files = http.tls();
    PublicTls tls = null;
    if (files != null) {
      try {
        tls = PublicTls.load(files);
      } catch (UnusableCertificateException e) {
        return Future.failedFuture(
            new StartupException("--tls-cert and --tls-key: " + e.getMessage(), e));
      }
    }
    // Instances share a port they all name. Any free one is named by a negative number.
    int port = http.port() > 0 ? http.port() : -1 - ThreadLocalRandom.current().nextInt(1 << 30);
    var options = new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
    PublicTls shown = tls;
    return vertx
        .deployVerticle(() -> new Instance(port, shown, handlers.get()), options)
        .recover(cause -> Future.failedFuture(cannotListen(cause)))
        .map(
            id -> {
              deployment = id;
              sweeps = vertx.setPeriodic(SWEEP_MILLIS, sweep -> sweep());
              if (shown != null && files != null) {
                watch =
                    CertificateWatch.start(
                        vertx, "--tls-cert", () -> PublicTls.load(files), shown, this::show);
              }
              return boundPort.get();
            });
  }

  private void sweep() {
    guard.sweep();
    answers.sweep();
  }

  private StartupException cannotListen(Throwable cause) {
    return new StartupException(
        "cannot listen on "
            + http.host()
            + ":"
            + http.port()
            + " ("
            + cause.getMessage()
            + "): choose another port with --port, or end the process that has it",
        cause);
  }

  private Future<?> show(PublicTls fresh) {
    return Future.all(
        servers.stream().map(server -> server.updateSSLOptions(fresh.server())).toList());
  }

  /**
   * Takes no new connection or request and lets those that are being served end.
   *
   * @param patience after that their connections are closed
   */
  public Future<Void> shutdown(Duration patience) {
    // A connection that the server shuts down is closed with what of its answer is still unsent.
    guard.shutdown(patience);
    return Future.all(
            servers.stream()
                .map(server -> server.shutdown(patience.toMillis(), TimeUnit.MILLISECONDS))
                .toList())
        .mapEmpty();
  }

  /** Closes the port and every connection. */
  public Future<Void> close() {
    vertx.cancelTimer(sweeps);
    if (watch != null) {
      watch.close();
    }
    return deployment.isEmpty() ? Future.succeededFuture() : vertx.undeploy(deployment);
  }

  private HttpServerConfig listenerConfig() {
    var settings =
        new Http2Settings()
            .setMaxConcurrentStreams(MOST_STREAMS)
            .setInitialWindowSize(STREAM_WINDOW_BYTES)
            .setMaxHeaderListSize(LARGEST_HEAD);
    return new HttpServerConfig(
        new HttpServerOptions()
            .setSsl(http.tls() != null)
            .setUseAlpn(true)
            .setHttp2ClearTextEnabled(false)
            .setInitialSettings(settings)
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
            .setMaxInitialLineLength(LONGEST_REQUEST_LINE)
            .setMaxHeaderSize(LARGEST_HEAD)
            .setSendBufferSize(SEND_BUFFER_BYTES)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setIdleTimeout((int) idle.toSeconds()));
  }

  /** One event loop's share of the port. */
  private final class Instance extends VerticleBase {
    private final int port;
    private final @Nullable PublicTls tls;
    private final Handlers handlers;

    Instance(int port, @Nullable PublicTls tls, Handlers handlers) {
      this.port = port;
      this.tls = tls;
      this.handlers = handlers;
    }

    @Override
    public Future<?> start() {
      HttpServer server =
          tls == null
              ? vertx.createHttpServer(listenerConfig())
              : vertx.createHttpServer(listenerConfig(), tls.server());
      return server
          .connectionHandler(this::opened)
          .exceptionHandler(strangers::failed)
          .requestHandler(handlers.parsed())
          .invalidRequestHandler(handlers.unreadable())
          .listen(port, http.host())
          .onSuccess(
              listening -> {
                boundPort.set(listening.actualPort());
                servers.add(listening);
              });
    }

    private void opened(HttpConnection connection) {
      guard.opened(connection);
      ForeignProtocols.answer(connection, tls != null);
      strangers.opened(connection); // last, to see first what the others may drop
    }
  }
}
