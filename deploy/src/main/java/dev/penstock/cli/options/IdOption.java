package dev.penstock.cli.options;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The name of a process. */
public final class IdOption {
  @Option(
      names = "--id",
      paramLabel = "NAME",
      converter = Converters.Name.class,
      description = "Name in headers, logs and /status (default: host name and a random end).")
  @Nullable String id;

  /** The name that was given, else one that is made up. */
  public String id(Supplier<String> madeUp) {
    return id == null ? madeUp.get() : id;
  }
}
