package dev.penstock.cli.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every sub-command understands. */
public final class CommonOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file with options as keys: 'port: 9001', 'join: [a:5701, b:5701]'.")
  @Nullable Path config;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warning, info or debug (default: info).")
  LogLevel logLevel = LogLevel.INFO;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  boolean version;

  public LogLevel logLevel() {
    return logLevel;
  }
}
