package dev.penstock.cli.doctor;

import dev.penstock.cluster.Ports;
import dev.penstock.config.HostPort;
import dev.penstock.config.StartupException;
import dev.penstock.router.api.image.AddressPolicy;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Ports: whether they are free, and who could reach them. */
final class ListenerChecks {
  private final List<InetAddress> own;

  /**
   * @param own the addresses of this machine
   */
  ListenerChecks(List<InetAddress> own) {
    this.own = List.copyOf(own);
  }

  static ListenerChecks ofThisMachine() {
    try {
      return new ListenerChecks(
          NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList());
    } catch (SocketException e) {
      throw new StartupException(
          "The network interfaces of this machine cannot be listed: " + e.getMessage(), e);
    }
  }

  /**
   * @param option that names another port
   */
  static Finding free(HostPort listen, String option) {
    if (listen.port() == 0) {
      return Finding.ok("port", option + ": any free one");
    }
    try {
      Ports.check(listen.host(), listen.port(), option);
      return Finding.ok("port", listen + " is free (" + option + ")");
    } catch (StartupException e) {
      return Finding.fail("port", String.valueOf(e.getMessage()));
    }
  }

  /** The port of clients. */
  List<Finding> clients(String listen, boolean tls, boolean keys) {
    List<InetAddress> reachable = beyondThisMachine(listen);
    if (reachable.isEmpty()) {
      return List.of(Finding.ok("clients", listen + ": of this machine alone"));
    }
    var findings = new ArrayList<Finding>();
    findings.add(
        keys
            ? Finding.ok("clients", "need an API key (--keys)")
            : Finding.warn(
                "clients",
                "whoever reaches "
                    + text(reachable)
                    + " is served and may unload models: give --keys, or --host 127.0.0.1"));
    findings.add(
        tls
            ? Finding.ok("clients", "are served over TLS")
            : Finding.warn(
                "clients",
                "pictures and API keys can be read on the way to "
                    + text(reachable)
                    + ": give --tls-cert and --tls-key, or have TLS end in front of it"));
    return findings;
  }

  /** The port of Hazelcast, which knows no passwords. */
  Finding cluster(String listen) {
    List<InetAddress> reachable = beyondThisMachine(listen);
    List<InetAddress> global = reachable.stream().filter(AddressPolicy::isGlobal).toList();
    if (!global.isEmpty()) {
      return Finding.warn(
          "cluster port",
          "can be reached at the public address "
              + text(global)
              + " by whoever a firewall does not stop: give --cluster-host a private address");
    }
    return reachable.isEmpty()
        ? Finding.ok("cluster port", listen + ": of this machine alone")
        : Finding.warn(
            "cluster port",
            "whoever reaches "
                + text(reachable)
                + " can read and change the queues, as routers do, and no certificate keeps them out:"
                + " keep strangers out of that network, or give --cluster-host an address of a private"
                + " one");
  }

  /** The port on which workers take pictures and bring answers. */
  Finding workers(String listen, boolean mutualTls) {
    List<InetAddress> reachable = beyondThisMachine(listen);
    if (mutualTls || reachable.isEmpty()) {
      return Finding.ok(
          "internal port", mutualTls ? "certificate holders only" : "of this machine alone");
    }
    return Finding.warn(
        "internal port",
        "whoever reaches "
            + text(reachable)
            + " may claim pictures and answer them: give --internal-tls-… ('penstock doctor"
            + " certs'), or keep strangers out of that network");
  }

  /** The addresses that are meant, without those that only this machine reaches. */
  private List<InetAddress> beyondThisMachine(String listen) {
    InetAddress address;
    try {
      address = InetAddress.getByName(listen);
    } catch (UnknownHostException e) {
      throw new StartupException("The host '" + listen + "' is not known: check the name.", e);
    }
    List<InetAddress> meant = address.isAnyLocalAddress() ? own : List.of(address);
    return meant.stream()
        .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
        .toList();
  }

  private static String text(List<InetAddress> addresses) {
    return addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
  }
}
