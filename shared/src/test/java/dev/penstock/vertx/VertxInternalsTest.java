package dev.penstock.vertx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is taken from inside Vert.x does what is hoped of it, in the version that was looked at. */
@Timeout(60)
final class VertxInternalsTest {
  /** More than the buffers of two sockets hold. */
  private static final int MUCH = 32 << 20;

  /**
   * Fails with each new release, on purpose. Then read, in its sources, {@code ConnectionBase},
   * {@code VertxConnection.close} and {@code BufferInternal}, and whether there is a public way by
   * now; run {@code UntakenAnswersTest} and {@code BodiesTest}; and write its number here.
   */
  @Test
  void the_internals_of_this_version_were_looked_at() throws Exception {
    try (var version = Vertx.class.getResourceAsStream("/META-INF/vertx/vertx-version.txt")) {
      assertThat(new String(requireNonNull(version).readAllBytes(), StandardCharsets.UTF_8).strip())
          .isEqualTo("5.1.5");
    }
  }

  @Test
  void a_buffer_is_made_of_bytes_without_a_copy() {
    byte[] bytes = {1, 2, 3};
    Buffer buffer = VertxInternals.wrapped(bytes);
    bytes[0] = 9;

    assertThat(buffer.getBytes()).containsExactly(9, 2, 3);
  }

  @Test
  void a_connection_whose_client_takes_nothing_is_cut() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (var client = new Socket()) {
      var answered = new CompletableFuture<HttpConnection>();
      int port =
          vertx
              .createHttpServer()
              .requestHandler(
                  request -> {
                    var unused = request.response().end(Buffer.buffer(new byte[MUCH]));
                    answered.complete(request.connection());
                  })
              .listen(0, "127.0.0.1")
              .await(10, TimeUnit.SECONDS)
              .actualPort();
      client.setReceiveBufferSize(16 << 10);
      client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      client
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      HttpConnection connection = answered.get(10, TimeUnit.SECONDS);
      while (VertxInternals.takes(connection)) {
        Thread.onSpinWait();
      }
      var closed = new CompletableFuture<Void>();
      connection.closeHandler(closed::complete);
      VertxInternals.cut(connection);

      closed.get(10, TimeUnit.SECONDS);
      assertThat(client.getInputStream().readAllBytes().length).isLessThan(MUCH);
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }
}
