package dev.penstock.router.api.image;

import dev.penstock.vertx.VertxInternals;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.UUID;

/** Opens requests for images, to addresses that were chosen before. */
final class FetchClient {
  /** Images of many requests lie at one host, and one of them may be slow. */
  private static final int CONNECTIONS_PER_HOST = 64;

  /** A name with several addresses often has one that is dead, and it is not the only one. */
  private static final int CONNECT_MILLIS = 3_000;

  private static final int MOST_ADDRESSES = 4;

  /** Cookies and policies of large sites are longer than what is usual. */
  private static final int MOST_HEAD_BYTES = 128 * 1024;

  private static final String CODEC = "codec";

  /** Whoever chooses by this header shall choose what every worker reads. */
  private static final String ACCEPT = "image/jpeg,image/png,image/webp,image/*;q=0.8,*/*;q=0.5";

  private final HttpClient client;
  private final String anyName = "any-" + UUID.randomUUID();

  FetchClient(Vertx vertx, HttpClientOptions options) {
    client =
        vertx
            .httpClientBuilder()
            .with(
                options
                    .setConnectTimeout(CONNECT_MILLIS)
                    .setMaxHeaderSize(MOST_HEAD_BYTES)
                    .setMaxInitialLineLength(MOST_HEAD_BYTES))
            .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_HOST))
            .withConnectHandler(FetchClient::read)
            .build();
  }

  /**
   * Connects to the first address that takes a connection.
   *
   * @param addresses at least one; only the first few are tried
   */
  Future<HttpClientRequest> request(ImageUrl url, List<InetAddress> addresses) {
    Future<HttpClientRequest> request = request(url, addresses.get(0));
    for (InetAddress other : addresses.subList(1, Math.min(addresses.size(), MOST_ADDRESSES))) {
      request = request.recover(refused -> request(url, other));
    }
    return request;
  }

  void close() {
    client.close();
  }

  private Future<HttpClientRequest> request(ImageUrl url, InetAddress address) {
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setServer(SocketAddress.inetSocketAddress(url.port(), literal(address)))
            .setHost(url.secure() ? certified(url.host()) : url.host().shown())
            .setPort(url.port())
            .setSsl(url.secure())
            .setURI(url.target())
            .putHeader(HttpHeaders.USER_AGENT, "penstock")
            .putHeader(HttpHeaders.ACCEPT, ACCEPT)
            .putHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
    if (!options.getHost().equals(url.host().shown())) {
      options.putHeader(
          HttpHeaders.HOST, url.host().shown() + (url.port() == 443 ? "" : ":" + url.port()));
    }
    String authorization = url.authorization();
    if (authorization != null) {
      options.putHeader(HttpHeaders.AUTHORIZATION, authorization);
    }
    return client.request(options);
  }

  /**
   * The name that a certificate must be good for. Java gives up at an underscore, and no authority
   * signs one: such servers show a certificate for all names beside theirs. Nobody has one for a
   * name that was made up here, but for all of them.
   */
  private String certified(UrlHost host) {
    String name = host.shown();
    return host.beginsUnusually() ? anyName + name.substring(name.indexOf('.')) : name;
  }

  /** Only in digits: Vert.x would look a name up again, and find another address. */
  private static String literal(InetAddress address) {
    String digits = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + digits + "]" : digits;
  }

  /**
   * Servers behind a proxy say their length twice; when it is the same one, it is no matter. What
   * is wrong with an answer is told to whoever waits for it, and no line in the log.
   */
  private static void read(HttpConnection connection) {
    connection.exceptionHandler(told -> {});
    ChannelHandlerContext handler = VertxInternals.handler(connection);
    if (handler != null) {
      var decoder =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(MOST_HEAD_BYTES)
              .setMaxHeaderSize(MOST_HEAD_BYTES)
              .setAllowDuplicateContentLengths(true);
      handler.pipeline().replace(CODEC, CODEC, new HttpClientCodec(decoder, false, false));
    }
  }
}
