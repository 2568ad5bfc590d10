package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.RouterAddress;
import dev.penstock.config.HostPort;
import dev.penstock.job.wire.Claim;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a router that hangs, or that is faster than the disk. */
@Timeout(60)
final class RouterLinkTest {
  private static final int IDLE_MILLIS = 3_000;
  private static final int PATIENT_MILLIS = 60_000;
  private static final int LARGE_BYTES = 12_000_000;
  private static final int LARGE_DOWNLOADS = 100;

  @TempDir private Path folder;
  private final CopyOnWriteArrayList<String> asked = new CopyOnWriteArrayList<>();
  private Vertx vertx;
  private Vertx routers;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    routers = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    Future.all(vertx.close(), routers.close()).await(10, TimeUnit.SECONDS);
  }

  private RouterLink linkTo(Handler<HttpServerRequest> router) throws Exception {
    return linkTo(router, IDLE_MILLIS);
  }

  private RouterLink linkTo(Handler<HttpServerRequest> router, int idleMillis) throws Exception {
    var server =
        routers
            .createHttpServer()
            .requestHandler(
                request -> {
                  asked.add(request.path());
                  router.handle(request);
                })
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    return new RouterLink(
        new RouterAddress("r", "incarnation", new HostPort("127.0.0.1", server.actualPort())),
        new Hello("w", "instance", "cpu"),
        vertx,
        new InternalClients(vertx, null, idleMillis, idleMillis),
        (link, message) -> {},
        Ticker.SYSTEM);
  }

  private static void assertGivenUp(Future<?> download) {
    assertThatThrownBy(() -> download.await(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(download.failed()).isTrue();
  }

  @Test
  void a_list_of_files_that_never_comes_is_given_up() throws Exception {
    RouterLink link = linkTo(request -> {});

    assertGivenUp(link.get("/packages/d"));
    assertThat(asked).containsExactly("/packages/d");
  }

  @Test
  void a_claim_whose_answer_stops_in_the_middle_is_given_up() throws Exception {
    RouterLink link = linkTo(request -> request.response().setChunked(true).write("half"));

    assertGivenUp(link.claim(new Claim("w", "instance", "cpu", "claim", List.of())));
  }

  @Test
  void a_file_that_stops_in_the_middle_is_given_up() throws Exception {
    RouterLink link = linkTo(request -> request.response().setChunked(true).write("half"));

    assertGivenUp(link.download("/packages/d/f", folder.resolve("f")));
    assertThat(asked).containsExactly("/packages/d/f");
  }

  /** An end of the connection that overtakes what is yet unread shows in one of some twenty. */
  @Test
  @Timeout(300)
  void a_large_file_is_whole_though_the_network_is_faster_than_the_disk() throws Exception {
    Path served = Files.write(folder.resolve("served"), new byte[LARGE_BYTES]);
    RouterLink link =
        linkTo(request -> request.response().sendFile(served.toString()), PATIENT_MILLIS);

    for (int i = 0; i < LARGE_DOWNLOADS; i++) {
      Path file = folder.resolve("f" + i);
      link.download("/packages/d/f", file).await(60, TimeUnit.SECONDS);
      assertThat(file).hasSize(LARGE_BYTES);
      Files.delete(file);
    }
  }
}
