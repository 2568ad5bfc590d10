package dev.penstock.router.api.image;

import dev.penstock.config.RouterConfig.ImageUrls;
import dev.penstock.router.admission.Reservation;
import dev.penstock.router.api.exchange.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fetches images that clients give by URL.
 *
 * <p>A name is looked up once and the connection goes to the address that was checked, so that a
 * name cannot point elsewhere a moment later. Every redirect is a new URL and is checked like one.
 */
public final class ImageFetcher {
  private static final int MOST_REDIRECTS = 5;

  /** Of one request, so that a list of slow ones does not take every turn there is. */
  private static final int AT_ONCE_OF_REQUEST = 8;

  /** Each may hold a socket and a buffer until its time is over. */
  private static final int AT_ONCE = 256;

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Vertx vertx;
  private final ImageUrls policy;
  private final long maxBytes;
  private final WorkerExecutor lookups;
  private final NameService names;
  private final HttpClientOptions options;
  private final Turns turns;
  private @Nullable FetchClient client;

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
    this.turns = new Turns(vertx, AT_ONCE);
  }

  /**
   * What the images of one request share.
   *
   * @param payload where the memory for them is taken
   * @param end completes when nobody waits for them any more
   */
  Downloads downloads(Reservation payload, Future<Void> end) {
    return new Downloads(maxBytes, payload, end, new Turns(vertx, AT_ONCE_OF_REQUEST));
  }

  /**
   * The bytes behind a URL. Fails with the exception to answer with, and when nobody waits for them
   * any more; never blocks. Its time begins when its turn comes, and covers everything: names,
   * connections, redirects.
   */
  Future<Fetched> fetch(String text, Downloads downloads) {
    return downloads.turns().run(() -> turns.run(() -> fetchNow(text, downloads)));
  }

  private Future<Fetched> fetchNow(String text, Downloads downloads) {
    if (downloads.over()) {
      return Future.failedFuture(unreachable());
    }
    Promise<Fetched> promise = Promise.promise();
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
    FetchClient open = existing();
    if (open != null) {
      open.close();
    }
  }

  /** What bounds a fetch over all its redirects. */
  private record Download(Downloads all, Future<Fetched> end) {
    /** Nobody waits for what comes now. */
    boolean over() {
      return end.isComplete();
    }
  }

  private Future<Fetched> follow(ImageUrl url, int redirectsLeft, Download download) {
    return lookups
        .executeBlocking(() -> resolve(url.host().lookup(), download), false)
        .compose(addresses -> ask(url, addresses, redirectsLeft, download));
  }

  /** A connection that was kept may end just when it is used: that says nothing about the image. */
  private Future<Fetched> ask(
      ImageUrl url, List<InetAddress> addresses, int redirectsLeft, Download download) {
    return client()
        .request(url, addresses)
        .compose(
            request ->
                send(request, download)
                    .recover(
                        failure ->
                            failure instanceof HttpClosedException && !download.over()
                                ? client()
                                    .request(url, addresses)
                                    .compose(again -> send(again, download))
                                : Future.failedFuture(failure))
                    .compose(response -> read(url, response, redirectsLeft, download)));
  }

  private static Future<HttpClientResponse> send(HttpClientRequest request, Download download) {
    request.exceptionHandler(told -> {}); // by the future; else it is logged as well
    download.end().onFailure(over -> request.reset());
    return request.send();
  }

  private Future<Fetched> read(
      ImageUrl url, HttpClientResponse response, int redirectsLeft, Download download) {
    String location = response.getHeader(HttpHeaders.LOCATION);
    if (REDIRECTS.contains(response.statusCode()) && location != null) {
      drop(response);
      return redirectsLeft == 0
          ? Future.failedFuture(unreachable())
          : follow(url.redirected(location, policy), redirectsLeft - 1, download);
    }
    if (response.statusCode() / 100 != 2) {
      drop(response);
      return Future.failedFuture(unreachable());
    }
    Promise<Fetched> promise = Promise.promise();
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
            complete(promise, image.getBytes(), response);
          }
        });
    return promise.future();
  }

  private static void complete(
      Promise<Fetched> promise, byte[] image, HttpClientResponse response) {
    try {
      promise.tryComplete(
          Fetched.of(image, String.join(",", response.headers().getAll("Content-Encoding"))));
    } catch (ApiException unknown) {
      promise.tryFail(unknown);
    }
  }

  /** Its body is not wanted: the connection goes, which the response is told as a failure. */
  private static void drop(HttpClientResponse response) {
    response.exceptionHandler(expected -> {});
    response.request().reset();
  }

  private List<InetAddress> resolve(String host, Download download) throws UnknownHostException {
    if (download.over()) {
      throw unreachable();
    }
    InetAddress[] addresses = names.addresses(host);
    if (!policy.allowPrivate()) {
      for (InetAddress address : addresses) {
        if (!AddressPolicy.isGlobal(address)) {
          throw ApiException.badImage("URL points to a network destination that is not allowed.");
        }
      }
    }
    return List.of(addresses);
  }

  private synchronized FetchClient client() {
    if (client == null) {
      client = new FetchClient(vertx, options);
    }
    return client;
  }

  private synchronized @Nullable FetchClient existing() {
    return client;
  }

  static ApiException unreachable() {
    return ApiException.badImage("Data pointed by URL could not be decoded into image.");
  }
}
