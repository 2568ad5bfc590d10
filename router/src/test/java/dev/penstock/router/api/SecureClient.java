package dev.penstock.router.api;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One connection over TLS, with as many requests on it as a test wants. */
final class SecureClient implements AutoCloseable {
  private final HttpClientAgent agent;
  private final HttpClientConnection connection;

  /**
   * @param authority what it believes
   */
  SecureClient(Vertx vertx, int port, Path authority, HttpVersion... versions) throws Exception {
    agent =
        vertx
            .httpClientBuilder()
            .with(new HttpClientConfig().setSsl(true).setVersions(List.of(versions)))
            .with(
                new ClientSSLOptions()
                    .setTrustOptions(new PemTrustOptions().addCertPath(authority.toString())))
            .build();
    connection =
        agent
            .connect(new HttpConnectOptions().setHost("localhost").setPort(port))
            .await(10, TimeUnit.SECONDS);
  }

  /** What came back. */
  record Reply(HttpClientResponse head, String body) {
    int status() {
      return head.statusCode();
    }
  }

  HttpClientConnection connection() {
    return connection;
  }

  HttpClientRequest request(HttpMethod method, String path) throws Exception {
    return connection
        .request(
            new RequestOptions()
                .setMethod(method)
                .setURI(path)
                .putHeader("Content-Type", "text/plain"))
        .await(10, TimeUnit.SECONDS);
  }

  Reply get(String path) throws Exception {
    HttpClientRequest request = request(HttpMethod.GET, path);
    var unused = request.end();
    return reply(request);
  }

  Reply post(String path, String body) throws Exception {
    HttpClientRequest request = request(HttpMethod.POST, path);
    var unused = request.end(Buffer.buffer(body));
    return reply(request);
  }

  static Reply reply(HttpClientRequest request) throws Exception {
    return request
        .response()
        .compose(head -> head.body().map(body -> new Reply(head, body.toString())))
        .await(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    agent.close().await();
  }
}
