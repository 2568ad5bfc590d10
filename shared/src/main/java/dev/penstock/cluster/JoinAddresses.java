package dev.penstock.cluster;

import dev.penstock.config.HostPort;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Where routers may be, as the user said it. A name stands for all its addresses, and for those
 * that it has now: behind one name there may be any number of routers that come and go. Safe for
 * any thread; looking a name up blocks.
 */
final class JoinAddresses {
  private static final Logger LOG = System.getLogger(JoinAddresses.class.getName());

  private final List<HostPort> join;
  private final Names names;
  private final Set<String> unknown = ConcurrentHashMap.newKeySet();

  /** Looks names up. */
  @FunctionalInterface
  interface Names {
    /** All addresses of a host; those of an IP address are itself. */
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  JoinAddresses(List<HostPort> join) {
    this(join, InetAddress::getAllByName);
  }

  JoinAddresses(List<HostPort> join, Names names) {
    this.join = List.copyOf(join);
    this.names = names;
  }

  /** What was said, with each known name replaced by its addresses. */
  List<HostPort> now() {
    return join.stream().flatMap(this::addresses).distinct().toList();
  }

  /** The same for Hazelcast. */
  List<String> texts() {
    return now().stream().map(HostPort::toString).toList();
  }

  private Stream<HostPort> addresses(HostPort target) {
    try {
      InetAddress[] found = names.addresses(target.host());
      unknown.remove(target.host());
      return Arrays.stream(found)
          .map(address -> new HostPort(address.getHostAddress(), target.port()));
    } catch (UnknownHostException e) {
      if (unknown.add(target.host())) {
        LOG.log(
            Level.WARNING,
            "Nobody knows a host ''{0}'' (--join) now; looking it up again as long as it matters.",
            target.host());
      }
      return Stream.of(target);
    }
  }

  @Override
  public String toString() {
    return join.toString();
  }
}
