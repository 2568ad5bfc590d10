package dev.penstock.cli.options;

import dev.penstock.config.HostPort;
import dev.penstock.config.StartupException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The address by which other machines reach this one.
 *
 * @param host name or IP address
 * @param reason why it was chosen
 */
public record AdvertisedAddress(String host, String reason) {
  private static final String LOOPBACK = "127.0.0.1";

  /**
   * Chooses: what the user says, else the address it listens on when that is a single one, else the
   * local address from which the first join target is reached, else loopback.
   *
   * @param advertise what the user says
   * @param listen the address to bind
   */
  public static AdvertisedAddress choose(
      @Nullable String advertise, String listen, List<HostPort> join) {
    if (advertise != null) {
      return new AdvertisedAddress(advertise, "--advertise");
    }
    if (!isWildcard(listen)) {
      return new AdvertisedAddress(listen, "--host");
    }
    for (HostPort target : join) {
      InetSocketAddress resolved = new InetSocketAddress(target.host(), target.port());
      String local = resolved.isUnresolved() ? null : localAddressTowards(resolved);
      if (local != null) {
        return new AdvertisedAddress(local, "it reaches " + target);
      }
    }
    return new AdvertisedAddress(
        LOOPBACK, join.isEmpty() ? "nothing to join" : "no address of --join can be reached");
  }

  /** Whether only this machine can use it. */
  public boolean isLoopback() {
    return isLoopback(host);
  }

  /** Whether a host is an address that only this machine can use. */
  public static boolean isLoopback(String host) {
    InetSocketAddress resolved = new InetSocketAddress(host, 0);
    return !resolved.isUnresolved() && resolved.getAddress().isLoopbackAddress();
  }

  /**
   * The address to bind what is between machines to: the one by which others come, and no other
   * interface of this machine.
   *
   * @param told what the user says
   * @param listen the address to bind for clients
   */
  public String clusterHost(@Nullable String told, String listen) {
    if (told != null) {
      return told;
    }
    return isWildcard(listen) && isOfThisMachine() ? host : listen;
  }

  private boolean isOfThisMachine() {
    InetSocketAddress resolved = new InetSocketAddress(host, 0);
    if (resolved.isUnresolved()) {
      return false;
    }
    try {
      return resolved.getAddress().isLoopbackAddress()
          || NetworkInterface.getByInetAddress(resolved.getAddress()) != null;
    } catch (SocketException e) {
      throw new StartupException(
          "The network interfaces of this machine cannot be listed ("
              + e.getMessage()
              + "): give --cluster-host.",
          e);
    }
  }

  private static boolean isWildcard(String listen) {
    return listen.equals("0.0.0.0") || listen.equals("::") || listen.equals("[::]");
  }

  /** Connecting a datagram socket sends nothing, but makes the system choose the way out. */
  private static @Nullable String localAddressTowards(InetSocketAddress target) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(
          target.getPort() == 0 ? new InetSocketAddress(target.getAddress(), 1) : target);
      InetAddress local = socket.getLocalAddress();
      return local.isAnyLocalAddress() ? null : local.getHostAddress();
    } catch (SocketException | UncheckedIOException e) {
      System.getLogger(AdvertisedAddress.class.getName())
          .log(System.Logger.Level.DEBUG, "no way to " + target, e);
      return null;
    }
  }
}
