package dev.penstock.cli.options;

import dev.penstock.config.HostPort;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** By which address a router is reached by workers and other routers, and on which it listens. */
public final class AdvertiseOptions {
  @Option(
      names = "--advertise",
      paramLabel = "HOST",
      description =
          "Address by which workers and other routers reach it"
              + " (default: --host when that is a single address, else the local one that reaches"
              + " a --join target, else loopback).")
  @Nullable String advertise;

  @Option(
      names = "--cluster-host",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on for workers and other routers (default: --host when that is a"
              + " single address, else the one of --advertise when this machine has it, else"
              + " all).")
  @Nullable String clusterHost;

  /**
   * By which address it is reached.
   *
   * @param listen the address it listens on for clients
   */
  public AdvertisedAddress address(String listen, List<HostPort> join) {
    return AdvertisedAddress.choose(advertise, listen, join);
  }

  /**
   * On which address it listens for workers and other routers.
   *
   * @param address by which it is reached
   * @param listen the address it listens on for clients
   */
  public String clusterHost(AdvertisedAddress address, String listen) {
    return address.clusterHost(clusterHost, listen);
  }
}
