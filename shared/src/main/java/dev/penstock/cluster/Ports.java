package dev.penstock.cluster;

import dev.penstock.config.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Ports for a library that must be told a number and says little when it cannot have it. */
public final class Ports {
  private Ports() {}

  /**
   * A port that is free now on that address.
   *
   * @throws StartupException when the address is not of this machine
   */
  public static int free(String host) {
    try (var socket = open(host, 0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StartupException("No port can be opened on " + host + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes sure that a port can be opened.
   *
   * @param option the command line option that names another port, for the error
   * @throws StartupException when it cannot
   */
  public static void check(String host, int port, String option) {
    try {
      open(host, port).close();
    } catch (IOException e) {
      throw new StartupException(
          "Port %d on %s cannot be opened (%s). Stop what uses it or choose another with %s."
              .formatted(port, host, e.getMessage(), option),
          e);
    }
  }

  static boolean isWildcard(String host) {
    return address(host).equals("0.0.0.0") || address(host).equals("0:0:0:0:0:0:0:0");
  }

  /**
   * The IP address of a host.
   *
   * @throws StartupException when the name is unknown
   */
  static String address(String host) {
    try {
      return InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException e) {
      throw new StartupException("The host '" + host + "' is not known: check the name.", e);
    }
  }

  private static ServerSocket open(String host, int port) throws IOException {
    var socket = new ServerSocket();
    try {
      // As the library does, so that a restarted router gets its port back at once.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
