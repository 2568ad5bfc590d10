package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage;
import dev.penstock.config.HostPort;
import dev.penstock.config.MutualTls;
import dev.penstock.config.StartupException;
import dev.penstock.tls.CertificateWatch;
import dev.penstock.tls.InternalTls;
import dev.penstock.tls.UnusableCertificateException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a worker connects to internal listeners with, all of them alike: over mutual TLS, when there
 * is any, or plain. Safe for any thread.
 */
final class InternalClients implements AutoCloseable {
  private static final int CONNECT_MILLIS = 2_000;

  /** A router that hangs must not keep a package from being fetched from another one. */
  private static final int DOWNLOAD_IDLE_MILLIS = 10_000;

  /** A router that vanishes in the middle of an answer must not keep its call open for ever. */
  private static final int CALL_IDLE_MILLIS = 15_000;

  private static final int KEPT_SECONDS = 1;

  /**
   * A control channel on which nothing has come for so long is closed and opened again: its other
   * end may be gone without a word.
   */
  private static final int SILENCE_MILLIS = (int) (5 * ControlMessage.BEAT_MILLIS);

  private static final int CONNECTIONS_PER_ROUTER = 16;
  private static final int MOST_MESSAGE_BYTES = 8 << 20;
  private static final WebClientOptions BARE =
      new WebClientOptions().setUserAgentEnabled(false).setFollowRedirects(false);

  private final HttpClientAgent calls;
  private final HttpClientAgent downloads;
  private final WebSocketClient sockets;
  private final WebClient calling;
  private final WebClient downloading;
  private final boolean haveCertificates;
  private @Nullable CertificateWatch<InternalTls> certificates;

  /**
   * Follows the files for as long as it is open.
   *
   * @param files null for plain connections
   * @throws StartupException when the files cannot be used
   */
  static InternalClients open(Vertx vertx, @Nullable MutualTls files) {
    if (files == null) {
      return new InternalClients(vertx, null);
    }
    try {
      InternalTls tls = InternalTls.load(files);
      var clients = new InternalClients(vertx, tls);
      clients.certificates =
          CertificateWatch.start(
              vertx, "--internal-tls-cert", () -> InternalTls.load(files), tls, clients::use);
      return clients;
    } catch (UnusableCertificateException e) {
      throw new StartupException("--internal-tls-…: " + e.getMessage(), e);
    }
  }

  InternalClients(Vertx vertx, @Nullable InternalTls tls) {
    this(vertx, tls, CALL_IDLE_MILLIS, DOWNLOAD_IDLE_MILLIS);
  }

  InternalClients(
      Vertx vertx, @Nullable InternalTls tls, int callIdleMillis, int downloadIdleMillis) {
    var steady = options().setIdleTimeout(callIdleMillis).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    this.calls =
        client(vertx, steady, new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_ROUTER), tls);
    // Breaks a connection off on which nothing has come for too long; the silence between two calls
    // counts too, so none is kept for long. With "Connection: close", a body that is written slower
    // than it comes would count as cut off when the router closes the connection behind it.
    var brokenOff =
        options()
            .setKeepAliveTimeout(KEPT_SECONDS)
            .setReadIdleTimeout(downloadIdleMillis)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    this.downloads = client(vertx, brokenOff, new PoolOptions(), tls);
    this.sockets =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setReadIdleTimeout(SILENCE_MILLIS)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxFrameSize(MOST_MESSAGE_BYTES)
                .setMaxMessageSize(MOST_MESSAGE_BYTES)
                .setSsl(tls != null));
    this.haveCertificates = tls != null;
    this.calling = WebClient.wrap(calls, BARE);
    this.downloading = WebClient.wrap(downloads, BARE);
    if (tls != null) {
      var unused = sockets.updateSSLOptions(tls.client());
    }
  }

  private static HttpClientOptions options() {
    return new HttpClientOptions()
        .setConnectTimeout(CONNECT_MILLIS)
        .setDecompressionSupported(false);
  }

  private static HttpClientAgent client(
      Vertx vertx, HttpClientOptions options, PoolOptions pool, @Nullable InternalTls tls) {
    var config = new HttpClientConfig(options).setSsl(tls != null);
    var builder = vertx.httpClientBuilder().with(config).with(pool);
    return tls == null ? builder.build() : builder.with(tls.client()).build();
  }

  /** Shows another certificate, and believes others, from the next connection on. */
  Future<?> use(InternalTls fresh) {
    return Future.all(
        calls.updateSSLOptions(fresh.client()),
        downloads.updateSSLOptions(fresh.client()),
        sockets.updateSSLOptions(fresh.client()));
  }

  /** Whether routers are spoken to over mutual TLS. */
  boolean haveCertificates() {
    return haveCertificates;
  }

  HttpRequest<Buffer> post(HostPort router, String path) {
    return calling.post(router.port(), router.host(), path);
  }

  /** Of something that may be large. */
  HttpRequest<Buffer> get(HostPort router, String path) {
    return downloading.get(router.port(), router.host(), path);
  }

  /**
   * Opens a WebSocket.
   *
   * @param patience in milliseconds, until the router greets
   */
  Future<WebSocket> connect(HostPort router, String path, long patience) {
    var options = new WebSocketConnectOptions();
    options.setHost(router.host()).setPort(router.port()).setURI(path).setTimeout(patience);
    return sockets.connect(options);
  }

  @Override
  public void close() {
    if (certificates != null) {
      certificates.close();
    }
    calling.close();
    downloading.close();
    sockets.close();
  }
}
