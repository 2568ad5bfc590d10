package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever reads that something is ready may send its first request at once. More starts than a
 * build makes: {@code -Dpenstock.it.repeat=24}.
 */
final class ReadyIT {
  private static final String SIMULATED = "simulated:base=1ms,per-image=1ms,max-batch=4";

  @RegisterExtension final Cluster cluster = new Cluster();

  static IntStream starts() {
    return IntStream.rangeClosed(1, Integer.getInteger("penstock.it.repeat", 6));
  }

  @ParameterizedTest
  @MethodSource("starts")
  void the_first_request_after_the_ready_line_is_answered(int start) {
    Client client = cluster.local("--device", SIMULATED, "--preload", "coco/1");

    assertThat(client.detect("coco/1", Picture.ASTRONAUT).status())
        .as("start %d", start)
        .isEqualTo(200);
  }

  @Test
  void the_first_request_after_a_worker_is_ready_is_answered() {
    RouterProcess router = cluster.router();
    for (int start = 1; start <= 4; start++) {
      var worker = cluster.worker("w" + start, router, "--device", SIMULATED);
      worker.awaitReady();
      assertThat(router.client().get("/readiness").status()).as("start %d", start).isEqualTo(200);
      worker.kill();
      Await.until(
          "the router knows",
          Duration.ofSeconds(20),
          () -> router.client().get("/readiness").status() == 503);
    }
  }
}
