package dev.penstock.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.QueueConfig;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig;
import dev.penstock.config.StartupException;
import dev.penstock.job.DescriptorOrder;
import java.util.List;
import java.util.Map;

/**
 * Starts the Hazelcast member that a router is. The configuration is made in code: it is part of
 * the protocol.
 */
public final class ClusterMember {
  /** Member attribute: the start of the router, in job ids. */
  static final String INCARNATION = "penstock.incarnation";

  /** Member attribute: {@code host:port} of its internal listener. */
  static final String INTERNAL = "penstock.internal";

  /** Member attribute: what the router is called in logs and {@code /status}. */
  static final String ROUTER_ID = "penstock.router";

  /** How long a queue call waits for the copy of its change; the default is 5 s. */
  static final String BACKUP_TIMEOUT_MILLIS = "500";

  private ClusterMember() {}

  /**
   * Starts a member. Blocks for a second or so, some more when listed routers do not answer.
   *
   * @param cluster addresses; its port is the wished one, 0 for any free port
   * @param routerId what the router is called
   * @param incarnation this start of the router
   * @param internalPort the bound port of its internal listener
   * @throws StartupException when the port is taken or the member cannot start
   */
  public static HazelcastInstance start(
      RouterConfig.Cluster cluster, String routerId, String incarnation, int internalPort) {
    int port = cluster.clusterPort() == 0 ? Ports.free(cluster.host()) : cluster.clusterPort();
    Ports.check(cluster.host(), port, "--cluster-port");
    Config config = config(cluster, port);
    config
        .getMemberAttributeConfig()
        .setAttributes(
            Map.of(
                INCARNATION,
                incarnation,
                INTERNAL,
                new HostPort(cluster.advertise(), internalPort).toString(),
                ROUTER_ID,
                routerId));
    ForeignersWatch.start();
    try {
      return Hazelcast.newHazelcastInstance(config);
    } catch (HazelcastException | IllegalStateException e) {
      throw new StartupException(
          "The cluster port "
              + port
              + " could not be opened: "
              + e.getMessage()
              + ". Choose another --cluster-port.",
          e);
    }
  }

  private static Config config(RouterConfig.Cluster cluster, int port) {
    var config = new Config();
    config.setClusterName(cluster.name());
    config
        // JDK logging is what the whole process uses; nothing is reported to the vendor.
        .setProperty("hazelcast.logging.type", "jdk")
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.shutdownhook.enabled", "false")
        .setProperty("hazelcast.health.monitoring.level", "OFF")
        // A hung router is given up after 10 s, so that the others own its queues again within 15
        // s.
        .setProperty("hazelcast.heartbeat.interval.seconds", "1")
        .setProperty("hazelcast.max.no.heartbeat.seconds", "10")
        // Routers that started apart meet within seconds.
        .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
        .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
        .setProperty("hazelcast.wait.seconds.before.join", "0")
        .setProperty("hazelcast.max.wait.seconds.before.join", "0")
        // A killed router acknowledges no backup. Without one a job is missed and offered again.
        .setProperty("hazelcast.operation.backup.timeout.millis", BACKUP_TIMEOUT_MILLIS)
        // A queue call never waits longer than this for an owner that does not answer.
        .setProperty("hazelcast.operation.call.timeout.millis", "15000")
        // One small queue per model: few partitions and threads are enough. All members must agree
        // on the count.
        .setProperty("hazelcast.partition.count", "29")
        .setProperty("hazelcast.operation.thread.count", "2")
        .setProperty("hazelcast.operation.generic.thread.count", "2")
        .setProperty("hazelcast.io.thread.count", "2")
        .setProperty("hazelcast.event.thread.count", "1")
        .setProperty(
            "hazelcast.socket.bind.any", Boolean.toString(Ports.isWildcard(cluster.host())));
    config.getMetricsConfig().setEnabled(false);
    ClusterHardening.apply(config);
    NetworkConfig network = config.getNetworkConfig();
    network.setPort(port).setPortAutoIncrement(false);
    network.setPublicAddress(new HostPort(cluster.advertise(), port).toString());
    if (!Ports.isWildcard(cluster.host())) {
      network.getInterfaces().setEnabled(true).addInterface(Ports.address(cluster.host()));
    }
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.setTcpIpConfig(
        new LookedUpMembers(new JoinAddresses(cluster.join()))
            .setEnabled(true)
            .setConnectionTimeoutSeconds(2));
    config.addQueueConfig(queueConfig());
    return config;
  }

  private static QueueConfig queueConfig() {
    var queue = new QueueConfig(JobQueues.PREFIX + "*");
    // Unbounded: what is let in is bounded at admission, and a re-offer must never be refused.
    queue.setMaxSize(0).setBackupCount(1).setAsyncBackupCount(0);
    queue.setPriorityComparatorClassName(DescriptorOrder.class.getName());
    return queue;
  }

  /**
   * Hazelcast asks for the list at each try to join and to merge, but resolves a name to one
   * address; of a name that is none of its own interfaces, to none.
   */
  private static final class LookedUpMembers extends TcpIpConfig {
    private final JoinAddresses join;

    LookedUpMembers(JoinAddresses join) {
      this.join = join;
    }

    @Override
    public List<String> getMembers() {
      return join.texts();
    }
  }
}
