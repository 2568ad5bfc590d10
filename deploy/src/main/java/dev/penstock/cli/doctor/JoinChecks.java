package dev.penstock.cli.doctor;

import dev.penstock.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The routers to join: whether their names are known and anybody answers. */
final class JoinChecks {
  private static final int CONNECT_MILLIS = 2_000;

  private JoinChecks() {}

  static List<Finding> all(List<HostPort> join) {
    return join.stream().map(JoinChecks::one).toList();
  }

  private static Finding one(HostPort target) {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(target.host());
    } catch (UnknownHostException e) {
      return Finding.fail(
          "join", "nobody knows a host '" + target.host() + "': check --join and the DNS");
    }
    var silent = new ArrayList<String>();
    for (InetAddress address : addresses) {
      String problem = problem(address, target.port());
      if (problem.isEmpty()) {
        return Finding.ok("join", target + " answers (" + text(addresses) + ")");
      }
      silent.add(problem);
    }
    return Finding.warn(
        "join",
        target
            + " does not answer ("
            + String.join("; ", silent)
            + "): start it, or check its --advertise, --cluster-port and the firewall");
  }

  private static String problem(InetAddress address, int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
      return "";
    } catch (IOException e) {
      return address.getHostAddress() + ": " + e.getMessage();
    }
  }

  private static String text(InetAddress[] addresses) {
    return Arrays.stream(addresses)
        .map(InetAddress::getHostAddress)
        .collect(Collectors.joining(", "));
  }
}
