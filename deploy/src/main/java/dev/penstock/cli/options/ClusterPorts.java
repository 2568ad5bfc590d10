package dev.penstock.cli.options;

import picocli.CommandLine.Option;

/** The two ports between machines. */
public final class ClusterPorts {
  @Option(
      names = "--internal-port",
      paramLabel = "PORT",
      converter = Converters.Port.class,
      description =
          "Port on which workers claim jobs and post results; 0 is any free port"
              + " (default: 9002; local: 0).")
  int internalPort;

  @Option(
      names = "--cluster-port",
      paramLabel = "PORT",
      converter = Converters.Port.class,
      description =
          "Hazelcast's port, which others give to --join; 0 is any free port"
              + " (default: 5701; local: 0).")
  int clusterPort;

  public ClusterPorts(int internalPort, int clusterPort) {
    this.internalPort = internalPort;
    this.clusterPort = clusterPort;
  }

  public int internalPort() {
    return internalPort;
  }

  public int clusterPort() {
    return clusterPort;
  }
}
