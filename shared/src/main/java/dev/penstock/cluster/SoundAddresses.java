package dev.penstock.cluster;

import dev.penstock.cluster.probe.JoinProbe;
import dev.penstock.cluster.probe.Peer;
import dev.penstock.config.HostPort;
import dev.penstock.config.StartupException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The addresses of {@code --join} that a worker may speak to. Hazelcast's client takes the answer
 * of a web server for the length of a message, and memory of that size with it: whoever gave it the
 * public port of a router would see the process end for want of memory. So an address is asked who
 * it is until it was a router once. Blocks for a second at most for each that says nothing.
 */
final class SoundAddresses {
  private static final Logger LOG = System.getLogger(SoundAddresses.class.getName());
  private static final int PATIENCE_MILLIS = 1_000;

  /** Where nobody is: with no address at all Hazelcast would try some of its own. */
  private static final List<String> NOWHERE = List.of("127.0.0.1:1");

  private final JoinAddresses join;
  private final JoinProbe probe;
  private final Map<HostPort, Peer> known = new ConcurrentHashMap<>();

  SoundAddresses(JoinAddresses join, String cluster) {
    this.join = join;
    this.probe = new JoinProbe(cluster, PATIENCE_MILLIS);
  }

  /**
   * Looks once, before anything is started.
   *
   * @throws StartupException when there is somebody at every address and nowhere a router of this
   *     cluster
   */
  void check() {
    List<HostPort> addresses = join.now();
    if (!addresses.isEmpty() && addresses.stream().allMatch(address -> look(address).isWrong())) {
      throw new StartupException(
          addresses.stream()
                  .map(address -> look(address).sentence(address))
                  .collect(Collectors.joining("; "))
              + ".");
    }
  }

  /** For Hazelcast: those where there is nobody else. */
  List<String> texts() {
    List<String> sound =
        join.now().stream()
            .filter(address -> !look(address).isWrong())
            .map(HostPort::toString)
            .toList();
    return sound.isEmpty() ? NOWHERE : sound;
  }

  private Peer look(HostPort address) {
    if (known.get(address) == Peer.ROUTER) {
      return Peer.ROUTER;
    }
    Peer now = probe.look(address);
    if (known.put(address, now) != now && now.isWrong()) {
      LOG.log(Level.WARNING, "{0}. It is passed over.", now.sentence(address));
    }
    return now;
  }
}
