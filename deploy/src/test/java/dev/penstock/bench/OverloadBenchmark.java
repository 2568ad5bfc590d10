package dev.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.HeapUse;
import dev.penstock.it.kit.OpenLoop;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Five times more requests than a device can do: how many of the accepted ones keep their deadline,
 * how much of the device is used for them, how quick the others are refused, and whether the router
 * gets fatter. The device sleeps, so that the cores belong to router and clients.
 */
final class OverloadBenchmark {
  private static final Duration SPAN =
      Duration.ofSeconds(Integer.getInteger("bench.overload.seconds", 60));

  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final int CAPACITY = 100;
  private static final int FACTOR = 5;
  private static final String DEADLINE_SECONDS = "2";

  @RegisterExtension final Cluster cluster = new Cluster();

  @Test
  void five_times_the_capacity() {
    RouterProcess router = cluster.router("--access-log", "off");
    cluster
        .worker(
            "w1",
            router,
            "--device",
            "simulated:base=0ms,max-batch=8,per-image=" + 1_000 / CAPACITY + "ms")
        .awaitReady();
    Client client = router.client();
    String picture = Picture.tiny();

    run(client, picture, WARM_UP);
    long before = HeapUse.liveBytes(router.process());
    OpenLoop.Outcome outcome = run(client, picture, SPAN);
    long after = HeapUse.liveBytes(router.process());

    System.out.printf(
        "%d requests in %d s, %.1f times the capacity of %d/s; deadline %s s%n",
        outcome.sent(),
        outcome.span().toSeconds(),
        outcome.sent() * 1e3 / outcome.span().toMillis() / CAPACITY,
        CAPACITY,
        DEADLINE_SECONDS);
    System.out.printf(
        "answered 200: %d, 504: %d, refused 429: %d%n",
        outcome.of(200).size(), outcome.of(504).size(), outcome.of(429).size());
    System.out.printf(
        "accepted requests that kept their deadline: %.3f %%%n", 100 * outcome.kept());
    System.out.printf(
        "goodput: the device worked for them %.1f %% of the time%n", 100 * outcome.goodput());
    System.out.printf(
        "the slowest of them, on the router's clock: %.3f s%n",
        outcome.of(200).stream().mapToDouble(OverloadBenchmark::processing).max().orElse(0));
    System.out.printf(
        "head parsed to refusal, on the router's clock: median %.3f ms, 99 %% within %.3f ms%n",
        outcome.medianRefusal().toNanos() / 1e6, refusal(outcome, 0.99));
    System.out.printf(
        "live heap of the router: %.1f MB before, %.1f MB after%n", before / 1e6, after / 1e6);
    assertThat(outcome.kept()).isGreaterThanOrEqualTo(0.999);
    assertThat(outcome.goodput()).isGreaterThanOrEqualTo(0.95);
    assertThat(outcome.medianRefusal()).isLessThan(Duration.ofMillis(1));
    assertThat(after - before).isLessThan(5_000_000);
  }

  private static OpenLoop.Outcome run(Client client, String picture, Duration span) {
    return OpenLoop.run(
        FACTOR * CAPACITY,
        span,
        () ->
            client.detecting(
                Client.MODEL, picture, "bench", Map.of("X-Request-Timeout", DEADLINE_SECONDS)));
  }

  private static double processing(Answer answer) {
    return Double.parseDouble(answer.header("X-Processing-Time"));
  }

  private static double refusal(OpenLoop.Outcome outcome, double part) {
    double[] sorted =
        outcome.of(429).stream().mapToDouble(OverloadBenchmark::processing).sorted().toArray();
    return 1e3 * sorted[(int) (part * (sorted.length - 1))];
  }
}
