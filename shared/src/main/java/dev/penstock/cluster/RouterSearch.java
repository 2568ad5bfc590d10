package dev.penstock.cluster;

import dev.penstock.cluster.probe.JoinProbe;
import dev.penstock.cluster.probe.Peer;
import dev.penstock.config.HostPort;
import dev.penstock.telemetry.Ticker;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks for the routers a new router is to join, so that it does not start a cluster of its own a
 * moment too early.
 */
public final class RouterSearch {
  private static final System.Logger LOG = System.getLogger(RouterSearch.class.getName());
  private static final int CONNECT_MILLIS = 1_000;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private RouterSearch() {}

  /**
   * Waits until one of the routers answers. Of those who answer and are none it says who they are.
   * Blocks.
   *
   * @param join cluster ports of routers; the router's own is passed over
   * @param self this router's own cluster port
   * @param cluster the name of the cluster that is to be joined
   * @param patience how long it looks
   * @return false when none answered in time
   */
  public static boolean await(
      List<HostPort> join, HostPort self, String cluster, Duration patience, Ticker ticker) {
    return await(new JoinAddresses(join), self, cluster, patience, ticker);
  }

  static boolean await(
      JoinAddresses join, HostPort self, String cluster, Duration patience, Ticker ticker) {
    var probe = new JoinProbe(cluster, CONNECT_MILLIS);
    var said = new HashSet<String>();
    List<HostPort> own = new JoinAddresses(List.of(self)).now();
    List<HostPort> others = others(join, own);
    // Routers that list each other and start at once: the first by address does not wait for the
    // ones that wait for it.
    String first = own.get(0).toString();
    boolean isFirst = others.stream().allMatch(other -> first.compareTo(other.toString()) < 0);
    long deadline = ticker.nanos() + (isFirst ? patience.dividedBy(5) : patience).toNanos();
    if (!others.isEmpty()) {
      LOG.log(Level.INFO, "looking for a router at {0}", others);
    }
    while (!others.isEmpty()) {
      if (others.stream().anyMatch(other -> answers(other, probe, said))) {
        return true;
      }
      if (ticker.nanos() >= deadline) {
        LOG.log(
            Level.WARNING,
            "No router answers at {0}: this one starts alone and joins them when they appear.",
            others);
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      // Behind a name there may be others by now.
      others = others(join, own);
    }
    return true;
  }

  private static List<HostPort> others(JoinAddresses join, List<HostPort> own) {
    return join.now().stream().filter(address -> !own.contains(address)).toList();
  }

  /** What takes connections without a word may be a router that is about to start. */
  private static boolean answers(HostPort address, JoinProbe probe, Set<String> said) {
    Peer peer = probe.look(address);
    if (peer.isWrong() && said.add(address + " " + peer)) {
      LOG.log(Level.WARNING, "{0}.", peer.sentence(address));
    }
    return peer == Peer.ROUTER || peer == Peer.MUTE;
  }
}
