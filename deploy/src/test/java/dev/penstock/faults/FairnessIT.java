package dev.penstock.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Flood;
import dev.penstock.it.kit.ModelFolder;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Keys beside a key that floods: two routers without a key file, one worker that takes 60 ms for a
 * batch. A flood alone keeps 1.2 s of work waiting, so whoever stood behind it would see.
 */
@TestMethodOrder(OrderAnnotation.class)
final class FairnessIT {
  private static final int BATCH_MILLIS = 60;
  private static final int MAX_BATCH = 4;
  private static final String QUIET_MODEL = "quiet/1";

  /** More than the worker can do: 66 a second. */
  private static final double FLOOD_PER_SECOND = 150;

  private static final int FLOOD_OPEN = 80;

  /** One batch that runs, one that was claimed, and what the way costs on a busy machine. */
  private static final Duration BOUND = Duration.ofMillis(2 * BATCH_MILLIS + 180);

  /** The jobs of these batches and of its own, and what happens while a request is on its way. */
  private static final int PASSED = 5 * MAX_BATCH;

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static RouterProcess one;
  private static RouterProcess two;

  @BeforeAll
  static void start() {
    String models =
        ModelFolder.in(CLUSTER.folder().resolve("models"))
            .addTwin(Client.MODEL)
            .add(QUIET_MODEL)
            .path()
            .toString();
    String[] options = {"--models", models, "--preload", Client.MODEL + "," + QUIET_MODEL};
    one = CLUSTER.router(options);
    two = CLUSTER.routerBeside(one, options);
    CLUSTER
        .worker(
            "w1",
            List.of(one, two),
            "--models",
            models,
            "--device",
            "simulated:base=%dms,per-image=0ms,max-batch=%d".formatted(BATCH_MILLIS, MAX_BATCH))
        .awaitReady();
    for (RouterProcess router : List.of(one, two)) {
      Await.until(
          "a router is ready",
          Duration.ofSeconds(10),
          () -> router.client().get("/readiness").status() == 200);
    }
  }

  private static Flood flood(Client client, String key) {
    return Flood.start(
        FLOOD_PER_SECOND,
        FLOOD_OPEN,
        () -> client.detecting(Client.MODEL, Picture.ROCKET.base64(), key, Map.of()));
  }

  private static Answer ask(Client client, String model, String key, String priority) {
    return Client.result(
        client.detecting(model, Picture.ROCKET.base64(), key, Map.of("X-Priority", priority)));
  }

  /**
   * One at a time beside floods.
   *
   * @param queued how long each was queued, the longest last
   * @param passed how many requests of the floods were answered meanwhile, the most last
   */
  private record Quiet(List<Duration> queued, List<Integer> passed) {
    static Quiet send(int requests, Supplier<Answer> request, Flood... floods) {
      var queued = new ArrayList<Duration>();
      var passed = new ArrayList<Integer>();
      for (int sent = 0; sent < requests; sent++) {
        int before = served(floods);
        Answer answer = request.get();
        assertThat(answer.status()).isEqualTo(200);
        passed.add(served(floods) - before);
        queued.add(
            Duration.ofMillis(Math.round(1e3 * Double.parseDouble(answer.header("X-Queue-Time")))));
      }
      return new Quiet(queued.stream().sorted().toList(), passed.stream().sorted().toList());
    }

    private static int served(Flood... floods) {
      return Stream.of(floods).mapToInt(Flood::served).sum();
    }

    /**
     * Behind one batch that runs and one that was claimed. What passes is counted for nine out of
     * ten; times are those of the median, because this machine may have to do other things.
     */
    void assertWaitedForTwoBatches(String who) {
      Duration median = queued.get(queued.size() / 2);
      int most = passed.get(passed.size() * 9 / 10 - 1);
      assertThat(most).as("%s was passed by %s", who, passed).isLessThan(PASSED);
      assertThat(median).as("%s was queued for %s", who, queued).isLessThan(BOUND);
    }
  }

  @Test
  @Order(1)
  void a_key_that_floods_both_routers_moves_another_one_by_two_batches_at_most() {
    Client first = one.client();
    Client second = two.client();
    try (Flood left = flood(first, "flood").awaitOpen(FLOOD_OPEN);
        Flood right = flood(second, "flood").awaitOpen(FLOOD_OPEN)) {
      int before = left.served() + right.served();
      Quiet.send(25, () -> ask(first, Client.MODEL, "quiet", "normal"), left, right)
          .assertWaitedForTwoBatches("a key at the first router");
      Quiet.send(25, () -> ask(second, Client.MODEL, "quiet", "normal"), left, right)
          .assertWaitedForTwoBatches("a key at the second router");

      assertThat(left.served() + right.served() - before)
          .as("the devices are never kept for who is not there")
          .isGreaterThan(50);
    }
  }

  @Test
  @Order(2)
  void urgent_work_and_other_models_of_the_flooding_key_and_of_others_pass_its_flood() {
    Client client = one.client();
    try (Flood flood = flood(client, "flood").awaitOpen(FLOOD_OPEN)) {
      int before = flood.served();
      Quiet.send(20, () -> ask(client, Client.MODEL, "flood", "high"), flood)
          .assertWaitedForTwoBatches("urgent work");
      Quiet.send(20, () -> ask(client, QUIET_MODEL, "flood", "normal"), flood)
          .assertWaitedForTwoBatches("another model of the key that floods");
      Quiet.send(20, () -> ask(client, QUIET_MODEL, "quiet", "normal"), flood)
          .assertWaitedForTwoBatches("another model of another key");

      assertThat(flood.served() - before).isGreaterThan(50);
    }
  }

  /** It adopts the queue's virtual time, or its flood would stand before all that waits. */
  @Test
  @Order(3)
  void a_router_that_is_started_again_under_flood_joins_where_the_queue_is() {
    Client client = one.client();
    try (Flood flood = flood(client, "flood").awaitOpen(FLOOD_OPEN)) {
      int served = flood.served();
      Await.until(
          "the queue is some seconds on",
          Duration.ofSeconds(20),
          () -> flood.served() > served + 130);
      two.process().kill();
      PenstockProcess started = CLUSTER.startAgain(two, "--join", one.cluster().toString());
      awaitServed(two, started);
      RouterProcess again = CLUSTER.router(started, two);
      try (Flood other = flood(again.client(), "other-flood").awaitOpen(FLOOD_OPEN)) {
        int before = flood.served();
        int otherBefore = other.served();
        Quiet.send(25, () -> ask(client, Client.MODEL, "quiet", "normal"), flood, other)
            .assertWaitedForTwoBatches("a key at the router that stayed");
        int got = flood.served() - before;
        int otherGot = other.served() - otherBefore;
        assertThat((double) got / otherGot)
            .as("%d against %d: two keys that both flood are served alike", got, otherGot)
            .isBetween(0.5, 2.0);
      }
    }
  }

  private static void awaitServed(RouterProcess ended, PenstockProcess started) {
    Client client = ended.client();
    Await.until(
        () -> "the router serves again\n" + started.log(),
        Duration.ofSeconds(30),
        () -> {
          CompletableFuture<Answer> answer =
              client.detecting(Client.MODEL, Picture.ROCKET.base64(), "probe", Map.of());
          try {
            return answer.join().status() == 200;
          } catch (CompletionException notThere) {
            return false;
          }
        });
  }
}
