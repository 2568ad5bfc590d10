package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.CertificateFiles;
import dev.penstock.tls.CertificateFolder;
import dev.penstock.tls.PrivateAuthority;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that HTTP/2 carries and nobody may repeat. */
@Timeout(60)
final class SecureHeadersTest {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @TempDir private Path path = Path.of("");
  private TestApi api;
  private Channel connection;

  @BeforeEach
  void start() throws Exception {
    var folder = new CertificateFolder(path);
    PrivateAuthority authority = folder.authority(Instant.now());
    folder.keep("server", authority.server(List.of("localhost")));
    var settings = new TestApi.Settings();
    settings.tls = new CertificateFiles(folder.certificate("server"), folder.key("server"));
    api = new TestApi(settings);
    connection = connect(folder.certificate("ca"));
  }

  @AfterEach
  void stop() {
    connection.close().syncUninterruptibly();
    api.close();
    var unused = group.shutdownGracefully();
  }

  /** Over HTTP/1.1 they are refused when they are parsed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://a\u0001b",
        "http://a\u007fb",
        "http://a\rb",
        "http://a\r\n b",
        "http://a b"
      })
  void an_origin_that_is_none_is_answered_and_not_repeated(String origin) throws Exception {
    Http2Headers answer = ask(headers("GET").add("origin", origin));
    assertThat(answer.status()).hasToString("200");
    assertThat(answer.contains("access-control-allow-origin")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\u0001", "x\u007f", "x\r\n y", "x\u00e4"})
  void names_that_are_none_are_not_allowed(String names) throws Exception {
    Http2Headers preflight =
        headers("OPTIONS")
            .add("origin", "http://a")
            .add("access-control-request-method", "GET")
            .add("access-control-request-headers", names);
    Http2Headers answer = ask(preflight);
    assertThat(answer.status()).hasToString("200");
    assertThat(answer.contains("access-control-allow-headers")).isFalse();
  }

  @Test
  void what_is_one_is_repeated() throws Exception {
    Http2Headers answer = ask(headers("GET").add("origin", "https://a-b.example.org:8443"));
    assertThat(answer.get("access-control-allow-origin"))
        .hasToString("https://a-b.example.org:8443");
  }

  private static Http2Headers headers(String method) {
    return new DefaultHttp2Headers(false)
        .method(method)
        .path("/healthz")
        .scheme("https")
        .authority("localhost");
  }

  private Channel connect(Path authority) throws Exception {
    SslContext tls =
        SslContextBuilder.forClient()
            .trustManager(authority.toFile())
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    "h2"))
            .build();
    return new Bootstrap()
        .group(group)
        .channel(NioSocketChannel.class)
        .handler(
            with(
                channel ->
                    channel
                        .pipeline()
                        .addLast(
                            tls.newHandler(channel.alloc(), "localhost", api.port),
                            Http2FrameCodecBuilder.forClient().validateHeaders(false).build(),
                            new Http2MultiplexHandler(with(pushed -> {})))))
        .connect("localhost", api.port)
        .sync()
        .channel();
  }

  private static ChannelHandler with(java.util.function.Consumer<Channel> handlers) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        handlers.accept(channel);
      }
    };
  }

  private Http2Headers ask(Http2Headers request) throws Exception {
    BlockingQueue<Http2Headers> answers = new LinkedBlockingQueue<>();
    Channel stream =
        new Http2StreamChannelBootstrap(connection)
            .handler(
                new SimpleChannelInboundHandler<Object>() {
                  @Override
                  protected void channelRead0(ChannelHandlerContext ctx, Object frame) {
                    if (frame instanceof Http2HeadersFrame head) {
                      answers.add(head.headers());
                    }
                  }
                })
            .open()
            .sync()
            .getNow();
    var unused = stream.writeAndFlush(new DefaultHttp2HeadersFrame(request, true));
    Http2Headers answer = answers.poll(10, TimeUnit.SECONDS);
    assertThat(answer).describedAs("an answer").isNotNull();
    return answer;
  }
}
