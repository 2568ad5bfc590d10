package dev.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Flood;
import dev.penstock.it.kit.ModelFolder;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import dev.penstock.router.admission.keys.KeyHash;
import dev.penstock.telemetry.Ticker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a key sees of one that floods, and how keys of different weights share a device: two
 * routers, a flood at each, and one worker that sleeps instead of computing, so that a batch always
 * takes as long.
 */
final class FairnessBenchmark {
  private static final Duration SPAN = Duration.ofSeconds(Integer.getInteger("bench.seconds", 20));
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final int MAX_BATCH = 8;
  private static final String DEVICE = "simulated:base=20ms,per-image=2.5ms,max-batch=" + MAX_BATCH;
  private static final int BATCH_MILLIS = 40;
  private static final double FLOOD_PER_SECOND = 300;
  private static final int FLOOD_OPEN = 300;
  private static final String OTHER_MODEL = "other/1";

  @RegisterExtension final Cluster cluster = new Cluster();

  private Client one;
  private Client two;

  private List<RouterProcess> start() throws Exception {
    Path keys = cluster.folder().resolve("keys.yaml");
    Files.writeString(keys, key("quiet", 1) + key("flood", 1) + key("light", 1) + key("heavy", 3));
    String models =
        ModelFolder.in(cluster.folder().resolve("models"))
            .addTwin(Client.MODEL)
            .add(OTHER_MODEL)
            .path()
            .toString();
    String[] options = {
      "--models",
      models,
      "--preload",
      Client.MODEL + "," + OTHER_MODEL,
      "--keys",
      keys.toString(),
      "--access-log",
      "off"
    };
    RouterProcess first = cluster.router(options);
    RouterProcess second = cluster.routerBeside(first, options);
    cluster
        .worker("w1", List.of(first, second), "--models", models, "--device", DEVICE)
        .awaitReady();
    one = first.client();
    two = second.client();
    for (Client client : List.of(one, two)) {
      Await.until(
          "a router is ready",
          Duration.ofSeconds(10),
          () -> client.get("/readiness").status() == 200);
    }
    return List.of(first, second);
  }

  private static String key(String name, int weight) {
    return "%s: {hash: '%s', weight: %d}%n".formatted(name, KeyHash.of(secret(name)), weight);
  }

  private static String secret(String name) {
    return name + "-0123456789abcdef0123456789abcdef";
  }

  private static Flood flood(Client client, String name) {
    return Flood.start(
        FLOOD_PER_SECOND,
        FLOOD_OPEN,
        () -> client.detecting(Client.MODEL, Picture.ROCKET.base64(), secret(name), Map.of()));
  }

  @Test
  @SuppressWarnings("SystemOut") // what docs/performance.md quotes
  void a_quiet_key_beside_a_flood_and_keys_of_different_weights() throws Exception {
    List<RouterProcess> routers = start();
    System.out.printf(
        "%nA batch of %d takes %d ms. One at a time for %d s each, X-Queue-Time in ms:%n",
        MAX_BATCH, BATCH_MILLIS, SPAN.toSeconds());
    quiet("warming up", Client.MODEL, "quiet", "normal", WARM_UP);
    quiet("a key alone", Client.MODEL, "quiet", "normal", SPAN);
    quiet("its other model, alone", OTHER_MODEL, "quiet", "normal", SPAN);
    try (Flood left = flood(one, "flood");
        Flood right = flood(two, "flood")) {
      quiet("warming up", Client.MODEL, "quiet", "normal", WARM_UP);
      quiet("beside the flood of another key", Client.MODEL, "quiet", "normal", SPAN);
      quiet("its other model beside the flood", OTHER_MODEL, "quiet", "normal", SPAN);
      quiet("the flooding key itself", Client.MODEL, "flood", "normal", SPAN);
      quiet("the flooding key's urgent work", Client.MODEL, "flood", "high", SPAN);
      assertThat(left.served() + right.served()).isPositive();
    }
    share();
    // The ledger is for administrators here, whose key the cluster of tests does not have.
    routers.forEach(router -> router.process().kill());
  }

  @SuppressWarnings("SystemOut") // what docs/performance.md quotes
  private void quiet(String what, String model, String key, String priority, Duration span) {
    var times = new ArrayList<Double>();
    long end = Ticker.SYSTEM.nanos() + span.toNanos();
    for (boolean first = true; Ticker.SYSTEM.nanos() < end; first = !first) {
      Answer answer =
          Client.result(
              (first ? one : two)
                  .detecting(
                      model, Picture.ROCKET.base64(), secret(key), Map.of("X-Priority", priority)));
      if (answer.status() == 200) {
        times.add(1e3 * Double.parseDouble(answer.header("X-Queue-Time")));
      }
    }
    double[] sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        "%-36s p50 %7.1f  p99 %7.1f  (%d requests)%n",
        what, percentile(sorted, 50), percentile(sorted, 99), sorted.length);
  }

  private static double percentile(double[] sorted, int percent) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  @SuppressWarnings("SystemOut") // what docs/performance.md quotes
  private void share() {
    try (Flood light = flood(one, "light");
        Flood heavy = flood(two, "heavy")) {
      Await.pass(WARM_UP);
      int[] before = {light.served(), heavy.served()};
      Await.pass(SPAN);
      int[] got = {light.served() - before[0], heavy.served() - before[1]};
      System.out.printf(
          "floods of two keys of weights 1 and 3 at two routers for %d s: %d and %d answered,"
              + " 1 : %.2f, %.0f a second of %d that the device can do%n%n",
          SPAN.toSeconds(),
          got[0],
          got[1],
          (double) got[1] / got[0],
          (double) Arrays.stream(got).sum() / SPAN.toSeconds(),
          MAX_BATCH * 1_000 / BATCH_MILLIS);
      assertThat(Stream.of(got[0], got[1])).allMatch(count -> count > 0);
    }
  }
}
