package dev.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real members and clients that are told names. */
@Timeout(60)
final class DiscoveryTest {
  /** Of this name every machine has an address, and it is no name of an interface. */
  private static final String NAME = "localhost";

  private static RouterConfig.Cluster cluster(int port, List<HostPort> join) {
    return new RouterConfig.Cluster("127.0.0.1", 0, port, join, "127.0.0.1");
  }

  private static int port(HazelcastInstance instance) {
    return instance.getCluster().getLocalMember().getAddress().getPort();
  }

  @Test
  void a_router_and_a_worker_that_are_told_a_name_find_the_router_behind_it() {
    HazelcastInstance first = ClusterMember.start(cluster(0, List.of()), "one", "one", 1);
    var join = List.of(new HostPort(NAME, port(first)));
    HazelcastInstance second = ClusterMember.start(cluster(0, join), "two", "two", 2);
    HazelcastInstance client =
        ClusterClient.start("worker", RouterConfig.Cluster.DEFAULT_NAME, join);
    try {
      assertThat(second.getCluster().getMembers()).hasSize(2);
      awaitRouters(client, join, 2);
    } finally {
      client.shutdown();
      second.shutdown();
      first.shutdown();
    }
  }

  @Test
  void a_worker_that_was_there_first_finds_the_router_when_it_comes() {
    int port = Ports.free("127.0.0.1");
    var join = List.of(new HostPort(NAME, port));
    HazelcastInstance client =
        ClusterClient.start("worker", RouterConfig.Cluster.DEFAULT_NAME, join);
    HazelcastInstance router = ClusterMember.start(cluster(port, List.of()), "one", "one", 1);
    try {
      awaitRouters(client, join, 1);
    } finally {
      client.shutdown();
      router.shutdown();
    }
  }

  private static void awaitRouters(HazelcastInstance client, List<HostPort> join, int count) {
    while (Membership.of(client, join).routers().size() < count) {
      Thread.onSpinWait();
    }
  }
}
