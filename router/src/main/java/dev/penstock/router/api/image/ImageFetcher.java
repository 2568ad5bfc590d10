package dev.penstock.router.api.image;

import dev.penstock.config.RouterConfig.ImageUrls;
import dev.penstock.router.admission.Reservation;
import dev.penstock.router.api.exchange.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches images that clients give by URL.
 *
 * <p>A name is looked up once and the connection goes to the address that was checked, so that a
 * name cannot point elsewhere a moment later. Every redirect is a new URL and is checked like one.
 */
public final class ImageFetcher {
  private static final int MOST_REDIRECTS = 5;

  /** Images of many requests lie at one host, and one of them may be slow. */
  private static final int CONNECTIONS_PER_HOST = 64;

  private final Vertx vertx;
  private final ImageUrls policy;
  private final long maxBytes;
  private final WorkerExecutor lookups;
  private final NameService names;
  private final HttpClientOptions options;
  private @Nullable HttpClient client;

  /** Looks up names; blocks. */
  interface NameService {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  /**
   * A fetcher.
   *
   * @param maxBytes largest image
   * @param lookups where names are looked up, and nothing else: a slow name server stops only them
   */
  public ImageFetcher(Vertx vertx, ImageUrls policy, long maxBytes, WorkerExecutor lookups) {
    this(vertx, policy, maxBytes, lookups, InetAddress::getAllByName, new HttpClientOptions());
  }

  ImageFetcher(
      Vertx vertx,
      ImageUrls policy,
      long maxBytes,
      WorkerExecutor lookups,
      NameService names,
      HttpClientOptions options) {
    this.vertx = vertx;
    this.policy = policy;
    this.maxBytes = maxBytes;
    this.lookups = lookups;
    this.names = names;
    this.options = options;
  }

  /**
   * What the images of one request share.
   *
   * @param payload where the memory for them is taken
   * @param end completes when nobody waits for them any more
   */
  Downloads downloads(Reservation payload, Future<Void> end) {
    return new Downloads(maxBytes, payload, end);
  }

  /**
   * The bytes behind a URL. Fails with the exception to answer with, and when nobody waits for them
   * any more; never blocks.
   */
  Future<byte[]> fetch(String text, Downloads downloads) {
    Promise<byte[]> promise = Promise.promise();
    long timer =
        vertx.setTimer(
            policy.timeout().toMillis(),
            fired ->
                promise.tryFail(
                    ApiException.badImage(
                        "Data pointed by URL did not arrive within "
                            + policy.timeout().toSeconds()
                            + " s.")));
    downloads.whenOver(() -> promise.tryFail(unreachable()));
    Future.succeededFuture()
        .compose(
            start ->
                follow(
                    ImageUrl.of(text, policy),
                    MOST_REDIRECTS,
                    new Download(downloads, promise.future())))
        .onComplete(
            (image, failure) -> {
              vertx.cancelTimer(timer);
              if (failure == null) {
                promise.tryComplete(image);
              } else {
                promise.tryFail(failure instanceof ApiException ? failure : unreachable());
              }
            });
    return promise.future();
  }

  public void close() {
    HttpClient open = existing();
    if (open != null) {
      open.close();
    }
  }

  /** What bounds a fetch over all its redirects. */
  private record Download(Downloads all, Future<byte[]> end) {
    /** Nobody waits for what comes now. */
    boolean over() {
      return end.isComplete();
    }
  }

  private Future<byte[]> follow(ImageUrl url, int redirectsLeft, Download download) {
    return lookups
        .executeBlocking(() -> resolve(url.uri().getHost(), download), false)
        .compose(address -> ask(url, address, redirectsLeft, download));
  }

  /** A connection that was kept may end just when it is used: that says nothing about the image. */
  private Future<byte[]> ask(ImageUrl url, String address, int redirectsLeft, Download download) {
    return request(url, address)
        .compose(
            request ->
                send(request, download)
                    .recover(
                        failure ->
                            failure instanceof HttpClosedException && !download.over()
                                ? request(url, address).compose(again -> send(again, download))
                                : Future.failedFuture(failure))
                    .compose(response -> read(url, response, redirectsLeft, download)));
  }

  private Future<HttpClientRequest> request(ImageUrl url, String address) {
    URI uri = url.uri();
    return client()
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setServer(SocketAddress.inetSocketAddress(url.port(), address))
                .setHost(uri.getHost())
                .setPort(url.port())
                .setSsl(url.secure())
                .setURI(url.target())
                .putHeader(HttpHeaders.USER_AGENT, "penstock"));
  }

  private static Future<HttpClientResponse> send(HttpClientRequest request, Download download) {
    download.end().onFailure(over -> request.reset());
    return request.send();
  }

  private Future<byte[]> read(
      ImageUrl url, HttpClientResponse response, int redirectsLeft, Download download) {
    String location = response.getHeader(HttpHeaders.LOCATION);
    if (response.statusCode() / 100 == 3 && location != null) {
      drop(response);
      return redirectsLeft == 0
          ? Future.failedFuture(unreachable())
          : follow(url.redirected(location, policy), redirectsLeft - 1, download);
    }
    if (response.statusCode() / 100 != 2) {
      drop(response);
      return Future.failedFuture(unreachable());
    }
    Promise<byte[]> promise = Promise.promise();
    Buffer image = Buffer.buffer();
    response.exceptionHandler(promise::tryFail);
    response.handler(
        chunk -> {
          try {
            download.all().take(chunk.length());
            image.appendBuffer(chunk);
          } catch (ApiException tooMuch) {
            promise.tryFail(tooMuch);
            response.request().reset();
          }
        });
    response.endHandler(
        ended -> {
          if (image.length() == 0) {
            promise.tryFail(ApiException.badImage("Data is not image."));
          } else {
            promise.tryComplete(image.getBytes());
          }
        });
    return promise.future();
  }

  /** Its body is not wanted: the connection goes, which the response is told as a failure. */
  private static void drop(HttpClientResponse response) {
    response.exceptionHandler(expected -> {});
    response.request().reset();
  }

  private String resolve(String host, Download download) throws UnknownHostException {
    if (download.over()) {
      throw unreachable();
    }
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    InetAddress[] addresses = names.addresses(name);
    if (!policy.allowPrivate()) {
      for (InetAddress address : addresses) {
        if (!AddressPolicy.isGlobal(address)) {
          throw ApiException.badImage("URL points to a network destination that is not allowed.");
        }
      }
    }
    return addresses[0].getHostAddress();
  }

  private synchronized HttpClient client() {
    if (client == null) {
      client =
          vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_HOST));
    }
    return client;
  }

  private synchronized @Nullable HttpClient existing() {
    return client;
  }

  private static ApiException unreachable() {
    return ApiException.badImage("Data pointed by URL could not be decoded into image.");
  }
}
