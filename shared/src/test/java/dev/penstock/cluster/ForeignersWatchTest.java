package dev.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig;
import dev.penstock.config.StartupException;
import dev.penstock.telemetry.Ticker;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ForeignersWatchTest {
  private static final Logger LOGGER = Logger.getLogger(ForeignersWatch.class.getName());

  /** Takes what is logged, as it is formatted. */
  private static final class Sentences extends Handler {
    private final LinkedBlockingQueue<String> all = new LinkedBlockingQueue<>();

    @Override
    public void publish(LogRecord record) {
      all.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void a_router_says_that_a_worker_of_another_cluster_came() throws Exception {
    ForeignersWatch.start(Ticker.SYSTEM);
    var sentences = new Sentences();
    LOGGER.addHandler(sentences);
    HazelcastInstance router =
        ClusterMember.start(
            new RouterConfig.Cluster("127.0.0.1", 0, 0, List.of(), "127.0.0.1"), "one", "one", 1);
    int port = router.getCluster().getLocalMember().getAddress().getPort();
    try {
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(
              () -> ClusterClient.start("w7", "blue", List.of(new HostPort("127.0.0.1", port))))
          .withMessageContaining("is a router of another cluster");
      assertThat(sentences.all.poll(30, TimeUnit.SECONDS))
          .matches("WARNING 127\\.0\\.0\\.1:\\d+ is of another cluster .*")
          .contains("give --cluster-name the same value here and there");
    } finally {
      LOGGER.removeHandler(sentences);
      router.shutdown();
    }
  }
}
