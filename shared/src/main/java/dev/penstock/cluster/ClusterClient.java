package dev.penstock.cluster;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.config.ClientConnectionStrategyConfig;
import com.hazelcast.client.config.ClientNetworkConfig;
import com.hazelcast.core.HazelcastInstance;
import dev.penstock.config.HostPort;
import java.util.List;

/** Starts the Hazelcast client that a worker is. It stores nothing and never forms a cluster. */
public final class ClusterClient {
  private ClusterClient() {}

  /**
   * Starts a client, which looks for routers in the background for as long as it lives, also after
   * all of them went away.
   *
   * @param workerId names the client
   * @param clusterName of the cluster that the routers are in
   * @param join cluster ports of routers; one that answers is enough to learn the others
   * @throws dev.penstock.config.StartupException when everybody at these addresses is somebody else
   */
  public static HazelcastInstance start(String workerId, String clusterName, List<HostPort> join) {
    var addresses = new SoundAddresses(new JoinAddresses(join), clusterName);
    addresses.check();
    var config = new ClientConfig();
    config.setClusterName(clusterName);
    config.setNetworkConfig(new LookedUpNetwork(addresses));
    config.setInstanceName(workerId + "-" + System.identityHashCode(config));
    config
        .setProperty("hazelcast.logging.type", "jdk")
        .setProperty("hazelcast.client.statistics.enabled", "false")
        // A poll against a router that hangs comes back, so that the claimer can go on elsewhere.
        .setProperty("hazelcast.client.invocation.timeout.seconds", "5")
        // Else a poll that was under way when the router with the copy is killed stalls for 5 s.
        .setProperty(
            "hazelcast.client.operation.backup.timeout.millis", ClusterMember.BACKUP_TIMEOUT_MILLIS)
        // Only polls are answered: by the thread that reads them, without one more hop.
        .setProperty("hazelcast.client.response.thread.count", "0")
        .setProperty("hazelcast.client.heartbeat.interval", "1000")
        .setProperty("hazelcast.client.heartbeat.timeout", "10000");
    config.getMetricsConfig().setEnabled(false);
    config.getNetworkConfig().setConnectionTimeout(2_000).setRedoOperation(false);
    config
        .getConnectionStrategyConfig()
        .setAsyncStart(true)
        .setReconnectMode(ClientConnectionStrategyConfig.ReconnectMode.ASYNC)
        .getConnectionRetryConfig()
        .setClusterConnectTimeoutMillis(-1)
        .setInitialBackoffMillis(100)
        .setMaxBackoffMillis(1_000)
        .setMultiplier(1.5)
        .setJitter(0.2);
    return HazelcastClient.newHazelcastClient(config);
  }

  /** Hazelcast asks for the list at each try, but resolves a name to one address. */
  private static final class LookedUpNetwork extends ClientNetworkConfig {
    private final SoundAddresses join;

    LookedUpNetwork(SoundAddresses join) {
      this.join = join;
    }

    @Override
    public List<String> getAddresses() {
      return join.texts();
    }
  }
}
