package dev.penstock.cli.options;

import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig;
import java.util.List;
import picocli.CommandLine.Option;

/** The routers to meet. */
public final class JoinOption {
  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      split = ",",
      hideParamSyntax = true,
      description =
          "Cluster ports of routers, host:port[,...]. A name stands for all its addresses and is"
              + " looked up again while they are waited for.")
  List<HostPort> join = List.of();

  @Option(
      names = "--cluster-name",
      paramLabel = "NAME",
      converter = Converters.Name.class,
      description =
          "Routers and workers of another name keep apart. It is no secret"
              + " (default: ${DEFAULT-VALUE}).")
  String clusterName = RouterConfig.Cluster.DEFAULT_NAME;

  public List<HostPort> join() {
    return List.copyOf(join);
  }

  public String clusterName() {
    return clusterName;
  }
}
