package dev.penstock.router.dispatch.service;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ClusterMember;
import dev.penstock.config.RouterConfig;
import java.util.List;

/** Real members on free loopback ports, each a cluster of its own. */
public final class Members {
  private Members() {}

  public static HazelcastInstance start(String incarnation) {
    var cluster = new RouterConfig.Cluster("127.0.0.1", 0, 0, List.of(), "127.0.0.1");
    return ClusterMember.start(cluster, "router-of-test", incarnation, 1);
  }
}
