package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ClusterMember;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.Ports;
import dev.penstock.cluster.ReachBoard.Reached;
import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig;
import dev.penstock.config.StartupException;
import dev.penstock.config.WorkerConfig;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.claim.Reach.Door;
import dev.penstock.worker.shelf.FakePackages;
import dev.penstock.worker.shelf.ModelShelf;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a worker does before it is ready, with the router of {@link WorkerSide}. */
final class JoiningTest extends WorkerSide {
  private static final ModelRef ZOO = new ModelRef("zoo/1", "digest-of-zoo/1");

  private List<String> loaded = List.of();
  private final Reach unhindered = new Reach("instance", Map::of, Map::of, Ticker.SYSTEM);

  private static WorkerConfig config(Duration joinTimeout, String... preload) {
    return new WorkerConfig(
        "w",
        List.of(new HostPort("elsewhere", 5701)),
        joinTimeout,
        List.of(),
        List.of(preload),
        "cpu",
        Path.of("cache"));
  }

  /** Every look at the clock takes so long, so that patience ends soon. */
  private static Patience patience(Duration look) {
    var now = new AtomicLong();
    return new Patience(() -> now.addAndGet(look.toNanos()));
  }

  private static final class Quiet implements ModelShelf.Listener {
    @Override
    public void loaded(ResidentModel resident) {}

    @Override
    public void failed(ModelRef ref, String reason) {}

    @Override
    public void changed() {}
  }

  private ModelShelf shelf() {
    return new ModelShelf(device, Long.MAX_VALUE, new FakePackages(), new Quiet(), Ticker.SYSTEM);
  }

  private void preload(String... told) {
    try (ModelShelf shelf = shelf()) {
      new Joining(config(Duration.ZERO, told), links, unhindered, new Patience(Ticker.SYSTEM))
          .preload(shelf);
      loaded = shelf.residents().stream().map(ResidentModel::id).toList();
    }
  }

  private void routerServes(ModelRef model) {
    router.serves(List.of(model), List.of(model.model()));
    until(() -> links.resolve(model.model()).isPresent());
  }

  @Test
  void has_joined_when_every_router_is_reached() {
    var joining =
        new Joining(config(Duration.ofSeconds(20)), links, unhindered, new Patience(Ticker.SYSTEM));

    assertThatCode(joining::join).doesNotThrowAnyException();
  }

  @Test
  void says_where_it_looked_for_a_router_in_vain() {
    links.close();
    var joining =
        new Joining(
            config(Duration.ofSeconds(9)), links, unhindered, patience(Duration.ofSeconds(1)));

    assertThatThrownBy(joining::join)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("No router was reached at [elsewhere:5701] within 9 s")
        .hasMessageContaining("--advertise");
  }

  /** A member whose internal listener nobody answers at. */
  private HazelcastInstance unreachableRouter() {
    var first = router.member.getCluster().getLocalMember().getAddress();
    var join = List.of(new HostPort("127.0.0.1", first.getPort()));
    var cluster = new RouterConfig.Cluster("127.0.0.1", 0, 0, join, "127.0.0.1");
    HazelcastInstance other =
        ClusterMember.start(cluster, "other", "of-the-other", Ports.free("127.0.0.1"));
    // Its channel ends when it says nothing for some seconds, and this took some.
    router.serves(List.of(), List.of("coco/1"));
    until(() -> links.doors().size() == 2 && links.doors().values().stream().anyMatch(Door::open));
    return other;
  }

  @Test
  void starts_without_a_router_that_nobody_reaches_when_it_has_waited_long_enough() {
    HazelcastInstance other = unreachableRouter();
    try {
      var joining =
          new Joining(
              config(Duration.ofSeconds(9)), links, unhindered, patience(Duration.ofSeconds(1)));

      assertThatCode(joining::join).doesNotThrowAnyException();
    } finally {
      other.shutdown();
    }
  }

  @Test
  void does_not_start_when_it_is_the_one_that_is_cut_off() {
    HazelcastInstance other = unreachableRouter();
    try {
      var now = new AtomicLong();
      Ticker ticker = () -> now.addAndGet(TimeUnit.SECONDS.toNanos(1));
      var beat = new AtomicLong();
      var cutOff =
          new Reach(
              "instance",
              () -> Map.of("b", new Door("other at host:9002", false)),
              () -> Map.of("b", new Reached(beat.incrementAndGet(), Set.of("another worker"))),
              ticker);
      var joining =
          new Joining(
              config(Duration.ofSeconds(30)), links, cutOff, patience(Duration.ofSeconds(1)));

      assertThatThrownBy(joining::join)
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("it does not reach router other at host:9002")
          .hasMessageContaining("Check the network");
    } finally {
      other.shutdown();
    }
  }

  @Test
  void loads_what_its_routers_want() {
    routerServes(COCO);

    preload();

    assertThat(loaded).containsExactly("coco/1");
  }

  @Test
  void loads_what_it_was_told_to_instead() {
    router.serves(List.of(COCO, ZOO), List.of("coco/1"));
    until(() -> links.resolve("zoo/1").isPresent());

    preload("zoo/1");

    assertThat(loaded).containsExactly("zoo/1");
  }

  @Test
  void takes_names_of_the_hosted_api_and_other_spellings_of_a_version() {
    var small = new ModelRef("coco/3", "digest-of-coco/3");
    router.serves(List.of(small), List.of());
    until(() -> links.resolve("coco/3").isPresent());

    preload("yolov8n-640");
    assertThat(loaded).containsExactly("coco/3");

    preload("coco/003");
    assertThat(loaded).containsExactly("coco/3");
  }

  @Test
  void does_not_start_without_what_it_was_told_to_load() {
    routerServes(COCO);
    assertThatThrownBy(() -> preload("unknown/1"))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("No router serves 'unknown/1'");

    device.refuses = true;
    assertThatThrownBy(() -> preload("coco/1"))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("Model loading failed: coco/1: no such operator");
  }

  @Test
  void starts_without_what_only_its_routers_want() {
    routerServes(COCO);
    device.refuses = true;

    preload();

    assertThat(loaded).isEmpty();
  }
}
