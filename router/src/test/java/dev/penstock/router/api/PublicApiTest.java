package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.RouterConfig;
import dev.penstock.config.StartupException;
import dev.penstock.telemetry.AccessLog;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class PublicApiTest {
  @Test
  void a_taken_port_is_named() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var settings = new TestApi.Settings();
      settings.port = taken.getLocalPort();
      var vertx = Vertx.vertx();
      try (var log = AccessLog.create(RouterConfig.AccessLog.OFF, line -> {})) {
        var api = TestApi.create(vertx, settings, new FakeDispatcher(Ticker.SYSTEM), log);
        assertThatThrownBy(() -> api.listen().await())
            .isInstanceOf(StartupException.class)
            .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
            .hasMessageContaining("--port");
        api.close().await();
      } finally {
        vertx.close().await();
      }
    }
  }

  @Test
  void two_routers_in_one_process_have_their_own_ports() {
    try (var one = new TestApi();
        var other = new TestApi()) {
      assertThat(one.port).isNotEqualTo(other.port).isPositive();
      assertThat(one.get("/info").status()).isEqualTo(200);
      assertThat(other.get("/info").status()).isEqualTo(200);
    }
  }

  @Test
  void connections_are_spread_over_event_loops() {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    try (var api = new TestApi()) {
      var complete = api.dispatcher.behaviour;
      api.dispatcher.behaviour =
          (request, listener) -> {
            threads.add(Thread.currentThread().getName());
            return complete.apply(request, listener);
          };
      for (int i = 0; i < 8; i++) {
        try (var client = api.raw()) {
          client.send(RawClient.head("POST /coco/1", "Content-Length: 4") + "AAAA");
          assertThat(client.read().status()).isEqualTo(200);
        }
      }
    }
    assertThat(threads)
        .hasSize(Math.min(8, Runtime.getRuntime().availableProcessors()))
        .allSatisfy(name -> assertThat(name).contains("eventloop"));
  }

  @Test
  void the_access_log_tells_everything_but_keys() {
    try (var api = new TestApi()) {
      api.post(
          "/coco/1?api_key=secret&confidence=40", TestApi.BASE64, "Content-Type", "text/plain");
      JsonObject line = api.logged();
      assertThat(line.encode()).doesNotContain("secret");
      assertThat(line.getString("method")).isEqualTo("POST");
      assertThat(line.getString("path")).isEqualTo("/coco/1");
      assertThat(line.getInteger("status")).isEqualTo(200);
      assertThat(line.getString("model")).isEqualTo("coco/1");
      assertThat(line.getString("worker")).isEqualTo("w1");
      assertThat(line.getString("device")).isEqualTo("cpu");
      assertThat(line.getInteger("attempt")).isEqualTo(2);
      assertThat(line.getInteger("batch")).isEqualTo(4);
      assertThat(line.getString("batch_reason")).isEqualTo("full");
      assertThat(line.fieldNames())
          .contains("id", "at", "receive_ms", "queue_ms", "inference_ms", "total_ms");
    }
  }

  @Test
  void nothing_listens_after_close() throws Exception {
    int port;
    try (var api = new TestApi()) {
      port = api.port;
    }
    try (var free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(free.isBound()).isTrue();
    }
  }
}
