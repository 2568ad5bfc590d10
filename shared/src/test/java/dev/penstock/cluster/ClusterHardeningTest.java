package dev.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.collection.IQueue;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers get who reach the cluster port of a real member. */
@Timeout(60)
final class ClusterHardeningTest {
  private static final String HOST = "127.0.0.1";
  private static HazelcastInstance member;
  private static int port;

  @BeforeAll
  static void start() {
    member = ClusterMember.start(cluster(List.of(), "penstock"), "router", "incarnation", 9);
    port = port(member);
  }

  @AfterAll
  static void stop() {
    member.shutdown();
  }

  private static RouterConfig.Cluster cluster(List<HostPort> join, String name) {
    return new RouterConfig.Cluster(HOST, 0, 0, join, HOST, name, null);
  }

  private static int port(HazelcastInstance instance) {
    return instance.getCluster().getLocalMember().getAddress().getPort();
  }

  @Test
  void a_member_of_another_cluster_is_not_let_in() {
    HazelcastInstance stranger =
        ClusterMember.start(
            cluster(List.of(new HostPort(HOST, port)), "elsewhere"), "stranger", "i2", 9);
    try {
      assertThat(stranger.getCluster().getMembers()).hasSize(1);
      assertThat(member.getCluster().getMembers()).hasSize(1);
    } finally {
      stranger.shutdown();
    }
  }

  @Test
  void a_member_that_is_configured_otherwise_is_not_let_in_although_it_knows_the_name() {
    var config = new Config().setClusterName("penstock");
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config
        .getNetworkConfig()
        .getJoin()
        .getTcpIpConfig()
        .setEnabled(true)
        .addMember(HOST + ":" + port);
    config
        .setProperty("hazelcast.logging.type", "jdk")
        .setProperty("hazelcast.phone.home.enabled", "false");

    assertThatThrownBy(() -> Hazelcast.newHazelcastInstance(config).shutdown())
        .isInstanceOf(IllegalStateException.class);
    assertThat(member.getCluster().getMembers()).hasSize(1);
  }

  @Test
  void a_client_of_another_cluster_is_not_let_in() {
    var config = client("elsewhere");
    config
        .getConnectionStrategyConfig()
        .getConnectionRetryConfig()
        .setClusterConnectTimeoutMillis(1);

    assertThatThrownBy(() -> HazelcastClient.newHazelcastClient(config).shutdown())
        .isInstanceOf(IllegalStateException.class);
  }

  private static ClientConfig client(String cluster) {
    var config = new ClientConfig().setClusterName(cluster);
    config.setProperty("hazelcast.logging.type", "jdk");
    config.getNetworkConfig().addAddress(HOST + ":" + port);
    return config;
  }

  /**
   * Runs where it is read, as chains of classes that happen to be on the class path can be made to.
   */
  static final class Gadget implements Serializable, Comparable<Gadget> {
    private static final long serialVersionUID = 1L;
    static final AtomicInteger RUNS = new AtomicInteger();

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      RUNS.incrementAndGet();
    }

    @Override
    public int compareTo(Gadget other) {
      return 0;
    }
  }

  @Test
  void what_java_would_deserialize_is_refused_before_it_runs() {
    HazelcastInstance stranger = HazelcastClient.newHazelcastClient(client("penstock"));
    try {
      // A queue with a comparator compares, and for that reads, what is offered to it.
      IQueue<Object> queue = stranger.getQueue(JobQueues.PREFIX + "gadgets");
      assertThatThrownBy(
              () -> {
                queue.offer(new Gadget());
                queue.offer(new Gadget());
              })
          .hasStackTraceContaining("Resolving class " + Gadget.class.getName() + " is not allowed");
      assertThatThrownBy(
              () -> {
                var chain = new PriorityQueue<>(2, Comparator.<Integer>naturalOrder());
                Collections.addAll(chain, 1, 2);
                queue.offer(chain);
                queue.offer(chain);
              })
          .hasStackTraceContaining("is not allowed");
      assertThat(Gadget.RUNS).hasValue(0);
    } finally {
      member.getQueue(JobQueues.PREFIX + "gadgets").destroy();
      stranger.shutdown();
    }
  }

  /** The filter must let through what members tell each other of failures. */
  @Test
  void a_failure_at_another_member_arrives_as_what_it_was() {
    HazelcastInstance other =
        ClusterMember.start(
            cluster(List.of(new HostPort(HOST, port)), "penstock"), "other", "i3", 9);
    try {
      assertThat(member.getCluster().getMembers()).hasSize(2);
      while (member.getPartitionService().getPartitions().stream()
              .map(partition -> String.valueOf(partition.getOwner()))
              .distinct()
              .count()
          < 2) {
        Thread.onSpinWait();
      }
      // Some of these queues are here and some are there.
      for (int i = 0; i < 20; i++) {
        IQueue<Object> queue = member.getQueue(JobQueues.PREFIX + "failing-" + i);
        assertThatThrownBy(
                () -> {
                  queue.offer(new Gadget());
                  queue.offer(new Gadget());
                })
            .hasStackTraceContaining(
                "Resolving class " + Gadget.class.getName() + " is not allowed");
        queue.destroy();
      }
    } finally {
      other.shutdown();
    }
  }

  @Test
  void a_task_of_a_stranger_is_not_executed() {
    HazelcastInstance stranger = HazelcastClient.newHazelcastClient(client("penstock"));
    try {
      assertThatThrownBy(
              () ->
                  stranger
                      .getExecutorService("any")
                      .submit(
                          (java.util.concurrent.Callable<Integer> & Serializable)
                              Gadget.RUNS::incrementAndGet)
                      .get())
          .isInstanceOf(Exception.class);
      assertThat(Gadget.RUNS).hasValue(0);
    } finally {
      stranger.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /hazelcast/health/ready HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /hazelcast/rest/cluster HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /hazelcast/rest/management/cluster/clusterShutdown HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "version\r\n",
        "stats\r\n",
        "get a\r\n"
      })
  void rest_and_memcache_are_not_spoken(String greeting) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
      assertThat(answer(socket.getInputStream())).isEmpty();
    }
  }

  /** Empty when the other end hangs up without a word. */
  private static String answer(InputStream in) throws IOException {
    try {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (SocketException reset) {
      return "";
    }
  }

  @Test
  void it_listens_on_the_one_address_it_was_given() throws SocketException {
    var others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress())
            .toList();
    for (InetAddress address : others) {
      assertThatThrownBy(() -> new Socket(address, port).close())
          .describedAs("%s", address)
          .isInstanceOf(IOException.class);
    }
  }
}
