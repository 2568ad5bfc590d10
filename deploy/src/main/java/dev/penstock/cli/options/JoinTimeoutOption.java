package dev.penstock.cli.options;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The patience of a worker that starts. */
public final class JoinTimeoutOption {
  @Option(
      names = "--join-timeout",
      paramLabel = "TIME",
      description = "How long it looks for the first router (default: 60s).")
  Duration joinTimeout = Duration.ofSeconds(60);

  public Duration joinTimeout() {
    return joinTimeout;
  }
}
