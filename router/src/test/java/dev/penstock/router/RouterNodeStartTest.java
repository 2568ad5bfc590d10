package dev.penstock.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.Ports;
import dev.penstock.config.CertificateFiles;
import dev.penstock.config.RouterConfig;
import dev.penstock.config.StartupException;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.router.admission.keys.Access;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a router that could not start. */
@Timeout(120)
final class RouterNodeStartTest {
  private static final int MEGABYTE = 1_000_000;

  @TempDir private Path folder = Path.of("");

  private RouterConfig config(int internal, int cluster, @Nullable CertificateFiles tls) {
    return new RouterConfig(
        "r1",
        new RouterConfig.Http("127.0.0.1", 0, List.of(), 100, tls),
        new RouterConfig.Cluster("127.0.0.1", internal, cluster, List.of(), "127.0.0.1"),
        List.of(folder),
        Map.of(),
        List.of(),
        new RouterConfig.Limits(
            Duration.ofSeconds(5), Duration.ofSeconds(5), MEGABYTE, 10, 10L * MEGABYTE),
        new RouterConfig.ImageUrls(true, false, false, Duration.ofSeconds(5)),
        Duration.ZERO,
        RouterConfig.AccessLog.TEXT);
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("hz.") || name.startsWith("penstock-"))
        .collect(Collectors.toSet());
  }

  @Test
  void a_router_that_stops_in_order_complains_of_nothing() throws Exception {
    List<String> logged = new CopyOnWriteArrayList<>();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
              logged.add(new SimpleFormatter().formatMessage(line));
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("dev.penstock");
    logger.addHandler(handler);
    Vertx vertx = Vertx.vertx();
    try {
      int internal = Ports.free("127.0.0.1");
      int cluster = Ports.free("127.0.0.1");
      var repository = FolderRepository.open(List.of(folder));
      RouterNode.start(vertx, config(internal, cluster, null), repository, Access.open()).stop();
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
      logger.removeHandler(handler);
    }
    assertThat(logged).isEmpty();
  }

  @Test
  void a_start_that_fails_late_leaves_nothing_behind() throws Exception {
    Set<HazelcastInstance> members = Hazelcast.getAllHazelcastInstances();
    Set<String> threads = threads();
    int internal = Ports.free("127.0.0.1");
    int cluster = Ports.free("127.0.0.1");
    var missing = new CertificateFiles(folder.resolve("no.pem"), folder.resolve("no.key"));
    var repository = FolderRepository.open(List.of(folder));
    Vertx vertx = Vertx.vertx();
    try {
      // The certificate is looked at last.
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(
              () ->
                  RouterNode.start(
                      vertx, config(internal, cluster, missing), repository, Access.open()))
          .withMessageContaining("--tls-cert");
      assertThat(Hazelcast.getAllHazelcastInstances()).isEqualTo(members);
      long deadline = Ticker.SYSTEM.nanos() + TimeUnit.SECONDS.toNanos(20);
      while (!threads.containsAll(threads())) {
        assertThat(Ticker.SYSTEM.nanos()).describedAs(threads().toString()).isLessThan(deadline);
        Thread.onSpinWait();
      }

      RouterNode node =
          RouterNode.start(vertx, config(internal, cluster, null), repository, Access.open());
      assertThat(node.internalPort()).isEqualTo(internal);
      assertThat(node.clusterPort()).isEqualTo(cluster);
      node.stop();
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
    assertThat(Hazelcast.getAllHazelcastInstances()).isEqualTo(members);
  }
}
