package dev.penstock.router.api.connection;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.RouterConfig;
import dev.penstock.router.dispatch.FakeTicker;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the public listener closes connections, and what it waits for. */
@Timeout(60)
final class ConnectionGuardTest {
  private static final Duration QUIET = Duration.ofSeconds(75);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ASK = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  /** More than the buffers of two sockets hold. */
  private static final int LONG_ANSWER = 32 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final FakeTicker ticker = new FakeTicker();
  private final ConnectionGuard guard = new ConnectionGuard(ticker, 10, QUIET);
  private final AtomicReference<Context> eventLoop = new AtomicReference<>();
  private final CountDownLatch answered = new CountDownLatch(1);
  private PublicListener listener;
  private Buffer answer = Buffer.buffer("hello");
  private int port;

  @BeforeEach
  void listen() throws Exception {
    var http = new RouterConfig.Http("127.0.0.1", 0, List.of(), 10, null);
    listener =
        new PublicListener(vertx, http, QUIET.multipliedBy(10), guard, new UntakenAnswers(ticker));
    port =
        listener
            .listen(() -> new PublicListener.Handlers(this::answer, unreadable -> {}))
            .await(10, TimeUnit.SECONDS);
  }

  private void answer(HttpServerRequest request) {
    eventLoop.set(Vertx.currentContext());
    guard.began(request.connection());
    var unused = request.response().end(answer);
    guard.ended(request.connection());
    answered.countDown();
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private Socket connected() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(16 << 10);
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private static void ask(Socket socket) throws IOException {
    socket.getOutputStream().write(ASK.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String read(Socket socket) throws IOException {
    String head = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
    return new String(socket.getInputStream().readNBytes(head.length()), StandardCharsets.UTF_8);
  }

  private void beQuiet() {
    ticker.advanceMillis(QUIET.toMillis() + 1);
  }

  /** It was taken from its client: closing its connection would lose it. */
  @Test
  void a_request_that_comes_while_its_quiet_connection_is_about_to_be_closed_is_answered()
      throws Exception {
    try (Socket client = connected()) {
      ask(client);
      assertThat(read(client)).endsWith("hello");
      var busy = new CountDownLatch(1);
      requireNonNull(eventLoop.get()).runOnContext(there -> awaitQuietly(busy));
      beQuiet();
      guard.sweep();
      ask(client);
      busy.countDown();

      assertThat(read(client)).endsWith("hello");
    }
  }

  @Test
  void a_long_answer_is_whole_though_its_router_leaves_meanwhile() throws Exception {
    answer = Buffer.buffer(new byte[LONG_ANSWER]);
    try (Socket client = connected()) {
      ask(client);
      assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
      var left = listener.shutdown(PATIENCE);

      assertThat(client.getInputStream().readAllBytes()).hasSizeGreaterThan(LONG_ANSWER);
      left.await(10, TimeUnit.SECONDS);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
