package dev.penstock.cli.doctor;

import dev.penstock.cluster.probe.JoinProbe;
import dev.penstock.cluster.probe.Peer;
import dev.penstock.config.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The routers to join: whether their names are known, and who answers when he is asked. */
record JoinChecks(JoinProbe probe) {
  private static final int PATIENCE_MILLIS = 2_000;

  static JoinChecks of(String cluster) {
    return new JoinChecks(new JoinProbe(cluster, PATIENCE_MILLIS));
  }

  /**
   * @param must whether there is nothing to do without a router
   */
  List<Finding> all(List<HostPort> join, boolean must) {
    if (join.isEmpty() && must) {
      return List.of(
          Finding.fail("join", "a worker needs a router: give --join its cluster port, HOST:5701"));
    }
    return join.stream().flatMap(target -> one(target).stream()).toList();
  }

  /** Each address behind a name is one router. */
  private List<Finding> one(HostPort target) {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(target.host());
    } catch (UnknownHostException e) {
      return List.of(
          Finding.fail(
              "join", "nobody knows a host '" + target.host() + "': check --join and the DNS"));
    }
    var findings = new ArrayList<Finding>();
    var nobody = new ArrayList<HostPort>();
    for (InetAddress address : addresses) {
      var one = new HostPort(address.getHostAddress(), target.port());
      Peer peer = probe.look(one);
      if (peer == Peer.NOBODY) {
        nobody.add(one);
      } else {
        findings.add(finding(peer, peer.sentence(one)));
      }
    }
    if (findings.isEmpty()) {
      findings.add(Finding.warn("join", Peer.NOBODY.sentence(target) + text(nobody, target)));
    }
    return findings;
  }

  private static Finding finding(Peer peer, String sentence) {
    if (peer == Peer.ROUTER) {
      return Finding.ok("join", sentence);
    }
    return peer.isWrong() ? Finding.fail("join", sentence) : Finding.warn("join", sentence);
  }

  private static String text(List<HostPort> addresses, HostPort target) {
    return addresses.equals(List.of(target))
        ? ""
        : addresses.stream().map(HostPort::toString).collect(Collectors.joining(", ", " (", ")"));
  }
}
