package dev.penstock.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Crowd;
import dev.penstock.it.kit.Ledger;
import dev.penstock.it.kit.OpenLoop;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More than the devices can do, and more than the memory can hold. */
final class OverloadIT {
  private static final int LARGEST_BODY = 20_000_000;

  @RegisterExtension final Cluster cluster = new Cluster();

  @Test
  void at_five_times_the_capacity_what_is_accepted_is_answered_in_time() {
    RouterProcess router = cluster.router("--access-log", "off");
    cluster
        .worker("w1", router, "--device", "simulated:base=0ms,per-image=10ms,max-batch=8")
        .awaitReady();
    Client client = router.client();
    String picture = Picture.tiny();

    Supplier<CompletableFuture<Answer>> request =
        () -> client.detecting(Client.MODEL, picture, "any", Map.of("X-Request-Timeout", "2"));
    // Java compiles what it sees often.
    var warmUp = OpenLoop.run(200, Duration.ofSeconds(5), request);
    assertThat(warmUp.of(200)).isNotEmpty();

    OpenLoop.Outcome outcome = OpenLoop.run(500, Duration.ofSeconds(15), request);

    assertThat(outcome.answers()).extracting(Answer::status).isSubsetOf(200, 429, 504);
    assertThat(outcome.of(429))
        .extracting(answer -> Integer.valueOf(answer.header("Retry-After")))
        .allMatch(seconds -> seconds >= 1 && seconds <= 10);
    assertThat(outcome.kept()).as("accepted and answered in time").isGreaterThan(0.99);
    assertThat(outcome.goodput()).as("part of the time the device worked").isGreaterThan(0.85);
    assertThat(outcome.medianRefusal()).isLessThan(Duration.ofMillis(1));
  }

  @Test
  void a_request_may_say_how_long_it_has_whether_less_or_more_than_the_router_would_give() {
    RouterProcess router = cluster.router("--request-timeout", "1s");
    cluster
        .worker("w1", router, "--device", "simulated:base=0ms,per-image=1500ms,max-batch=1")
        .awaitReady();
    Client client = router.client();

    CompletableFuture<Answer> patient = detecting(client, "20");
    Await.until(
        "it is executed",
        Duration.ofSeconds(5),
        () -> Ledger.of(router).inFlight() == 1 && Ledger.of(router).queued() == 0);
    Answer hasty = Client.result(detecting(client, "0.4"));

    assertThat(hasty.status()).isEqualTo(504);
    assertThat(hasty.message()).contains("within 0.4 s");
    assertThat(Double.parseDouble(hasty.header("X-Processing-Time"))).isBetween(0.4, 0.9);
    assertThat(Client.result(patient).status()).isEqualTo(200);
    Answer executed = Client.result(detecting(client, "0.4"));
    assertThat(executed.status()).as("also while it is executed").isEqualTo(504);
    assertThat(Client.result(detecting(client, "forever")).status()).isEqualTo(400);
    assertThat(Client.result(detecting(client, "301")).status()).isEqualTo(400);
  }

  private static CompletableFuture<Answer> detecting(Client client, String timeout) {
    return client.detecting(
        Client.MODEL, Picture.tiny(), "any", Map.of("X-Request-Timeout", timeout));
  }

  /** The heap of the router is 256 MiB, and this is 800 MB. */
  @ParameterizedTest
  @CsvSource({
    "/coco/1?api_key=any, application/x-www-form-urlencoded",
    "/infer/object_detection, application/json"
  })
  void a_burst_of_the_largest_bodies_is_served_or_refused_and_the_router_lives(
      String path, String contentType) throws IOException {
    RouterProcess router = cluster.router();
    cluster
        .worker("w1", router, "--device", "simulated:base=0ms,per-image=100ms,max-batch=8")
        .awaitReady();

    List<Integer> statuses;
    try (Crowd crowd = Crowd.send(router.url(), 40, path, contentType, largest(contentType))) {
      statuses = crowd.statuses();
    }

    assertThat(statuses).containsOnly(200, 429).contains(200);
    assertThat(router.client().detect(Picture.ROCKET).status()).isEqualTo(200);
    JsonObject admission = router.client().get("/status").json().getJsonObject("admission");
    assertThat(admission.getLong("bytes")).isZero();
    assertThat(admission.getJsonObject("refused").getLong("bytes"))
        .isEqualTo(statuses.stream().filter(status -> status == 429).count());
    assertThat(Files.readString(router.process().logFile())).doesNotContain("OutOfMemoryError");
  }

  /** A picture and what no decoder reads after it, in as many bytes as a router takes. */
  private static byte[] largest(String contentType) {
    boolean json = contentType.endsWith("json");
    String head =
        json ? "{\"model_id\":\"coco/1\",\"image\":{\"type\":\"base64\",\"value\":\"" : "";
    String tail = json ? "\"}}" : "";
    byte[] body = new byte[LARGEST_BODY];
    Arrays.fill(body, (byte) 'A');
    byte[] start =
        (head + Picture.ROCKET.base64().replace("=", "A")).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(start, 0, body, 0, start.length);
    int end = body.length - tail.length();
    int base64 = end - head.length();
    Arrays.fill(body, end - base64 % 4, end, (byte) ' ');
    System.arraycopy(tail.getBytes(StandardCharsets.US_ASCII), 0, body, end, tail.length());
    return body;
  }
}
