package dev.penstock.cli.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a worker computes on and where it keeps what it fetched. */
public final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = Converters.DeviceName.class,
      description =
          "auto, cpu, cuda[:N] or simulated[:base=0ms,per-image=50ms,max-batch=8]"
              + " (default: ${DEFAULT-VALUE}).")
  String device = "auto";

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Folder for fetched models, unpacked libraries, and what was measured of models"
              + " (default: $XDG_CACHE_HOME/penstock, else ~/.cache/penstock).")
  @Nullable Path cache;

  public String device() {
    return device;
  }

  /**
   * The cache folder, which need not exist yet.
   *
   * @throws dev.penstock.config.StartupException when none was given and this user has none
   */
  public Path cache() {
    return cache(CacheFolder.ofThisProcess());
  }

  Path cache(CacheFolder unlessGiven) {
    return cache == null ? unlessGiven.choose() : cache.toAbsolutePath().normalize();
  }
}
