package dev.penstock.cli.options;

import dev.penstock.config.HostPort;
import java.util.List;
import picocli.CommandLine.Option;

/** The routers to meet. */
public final class JoinOption {
  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      split = ",",
      hideParamSyntax = true,
      description = "Cluster ports of routers, host:port[,...].")
  List<HostPort> join = List.of();

  public List<HostPort> join() {
    return List.copyOf(join);
  }
}
