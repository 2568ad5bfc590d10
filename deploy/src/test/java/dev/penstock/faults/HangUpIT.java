package dev.penstock.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Crowd;
import dev.penstock.it.kit.Ledger;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that leave while their requests wait. */
final class HangUpIT {
  private static final int CROWD = 1_000;

  /** The device works on them for so many seconds, while the crowd comes and goes. */
  private static final int IMAGES = 8;

  private static final Duration IDLE_AT_MOST = Duration.ofMillis(100);

  @RegisterExtension final Cluster cluster = new Cluster();

  @Test
  @SuppressWarnings("try") // it hangs up when it is closed
  void after_a_thousand_hang_ups_the_next_request_follows_the_one_that_runs() throws IOException {
    RouterProcess router = cluster.router("--max-inflight", Integer.toString(2 * CROWD));
    cluster
        .worker("w1", router, "--device", "simulated:base=0ms,per-image=1000ms,max-batch=" + IMAGES)
        .awaitReady();
    Client client = router.client();
    CompletableFuture<Answer> running =
        CompletableFuture.supplyAsync(() -> client.post("/infer/object_detection", several()));
    Await.until(
        "the device works",
        Duration.ofSeconds(IMAGES),
        () -> Ledger.of(router).inFlight() == IMAGES && Ledger.of(router).queued() == 0);
    byte[] body = Picture.tiny().getBytes(StandardCharsets.US_ASCII);
    try (Crowd unused =
        Crowd.send(router.url(), CROWD, "/coco/1?api_key=any", "text/plain", body)) {
      Await.until(
          () -> "the crowd waits: " + Ledger.of(router),
          Duration.ofSeconds(IMAGES),
          () -> Ledger.of(router).inFlight() == CROWD + IMAGES);
      assertThat(running).as("all came while the device worked").isNotDone();
    }
    Answer next = client.detect(Picture.ROCKET);

    Answer first = running.join();
    assertThat(first.status()).isEqualTo(200);
    assertThat(next.status()).isEqualTo(200);
    Duration between = Duration.between(answeredAt(router, first), answeredAt(router, next));
    double idle = (double) between.toNanos() / 1e6 - next.timing("inference");
    assertThat(idle)
        .as("ms without work for the device")
        .isLessThan((double) IDLE_AT_MOST.toMillis());
    Ledger ledger = Ledger.of(router);
    assertThat(ledger.cancelled()).isEqualTo(CROWD);
    assertThat(ledger.answered()).isEqualTo(IMAGES + 1);
    assertThat(ledger.late()).as("results of jobs that nobody waited for").isZero();
  }

  private static String several() {
    String image = "{\"type\":\"base64\",\"value\":\"" + Picture.tiny() + "\"}";
    return "{\"model_id\":\"coco/1\",\"api_key\":\"any\",\"image\":["
        + String.join(",", Collections.nCopies(IMAGES, image))
        + "]}";
  }

  /** When the router answered, by its own log. */
  private static Instant answeredAt(RouterProcess router, Answer answer) throws IOException {
    Pattern line = Pattern.compile("at=(\\S+) id=" + answer.header("X-Request-ID") + " ");
    Matcher matcher = line.matcher(Files.readString(router.process().logFile()));
    assertThat(matcher.find()).as("a line of the access log").isTrue();
    return Instant.parse(matcher.group(1));
  }
}
