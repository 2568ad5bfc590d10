package dev.penstock.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import dev.penstock.config.HostPort;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The routers of the cluster as one process sees them now. Look-ups are local and cheap; safe for
 * any thread.
 */
public final class Membership {
  private final HazelcastInstance hazelcast;
  private final @Nullable String joinedThrough;

  private Membership(HazelcastInstance hazelcast, @Nullable String joinedThrough) {
    this.hazelcast = hazelcast;
    this.joinedThrough = joinedThrough;
  }

  /** As a router, or a worker in a router's process, sees it. */
  public static Membership of(HazelcastInstance member) {
    return new Membership(member, null);
  }

  /**
   * As a worker sees it.
   *
   * @param join the addresses it was told. A router that only knows its loopback address is reached
   *     by the host that the worker was given instead, if there is just one.
   */
  public static Membership of(HazelcastInstance client, List<HostPort> join) {
    Set<String> hosts = join.stream().map(HostPort::host).collect(Collectors.toSet());
    return new Membership(client, hosts.size() == 1 ? hosts.iterator().next() : null);
  }

  /** The routers by incarnation; empty while the cluster cannot be seen. */
  public Map<String, RouterAddress> routers() {
    var routers = new TreeMap<String, RouterAddress>();
    for (Member member : hazelcast.getCluster().getMembers()) {
      String incarnation = member.getAttribute(ClusterMember.INCARNATION);
      String internal = member.getAttribute(ClusterMember.INTERNAL);
      String id = member.getAttribute(ClusterMember.ROUTER_ID);
      if (incarnation != null && internal != null && id != null) {
        routers.put(
            incarnation, new RouterAddress(id, incarnation, reachable(HostPort.parse(internal))));
      }
    }
    return routers;
  }

  private HostPort reachable(HostPort internal) {
    return joinedThrough != null && isLoopback(internal.host())
        ? new HostPort(joinedThrough, internal.port())
        : internal;
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }
}
