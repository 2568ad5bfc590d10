package dev.penstock.cli.doctor;

import dev.penstock.cli.options.DeviceOptions;
import dev.penstock.config.StartupException;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.devices.Devices;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a worker computes on, and where it keeps what it fetches. */
final class DeviceChecks {
  private static final long MEGA = 1_000_000;

  /** The unpacked libraries and the first models. */
  private static final long LITTLE_DISK_BYTES = 2_000 * MEGA;

  private static final long NO_DISK_BYTES = 300 * MEGA;

  private DeviceChecks() {}

  static List<Finding> all(DeviceOptions options) {
    var findings = new ArrayList<Finding>();
    try {
      Path cache = options.cache();
      findings.add(cache(cache));
      findings.add(device(options.device(), cache, Devices.cudaDeviceCount()));
    } catch (StartupException e) {
      findings.add(Finding.fail("cache", String.valueOf(e.getMessage())));
    }
    return findings;
  }

  /**
   * Opens the device and closes it.
   *
   * @param gpus how many this process sees
   */
  static Finding device(String name, Path cache, int gpus) {
    // Each GPU gets a process; one tells whether the libraries are right.
    String opened = name.equals("cuda") ? "cuda:0" : name;
    try (Device device = Devices.open(opened, cache)) {
      String found = device.label() + " (" + Devices.runtime() + "), GPUs visible: " + gpus;
      return name.equals("auto") && gpus > 0 && device.label().startsWith("cpu")
          ? Finding.warn("device", found + "; " + unused())
          : Finding.ok("device", found);
    } catch (StartupException e) {
      return Finding.fail("device", String.valueOf(e.getMessage()));
    }
  }

  private static String unused() {
    return Devices.haveCuda()
        ? "the GPU cannot be used: 'penstock doctor --device cuda:0' says why"
        : "the GPU is not used: " + Devices.noCuda();
  }

  static Finding cache(Path folder) {
    try {
      Path there = existing(folder);
      if (there == null || !Files.isWritable(there)) {
        return Finding.fail(
            "cache", folder + " cannot be written: give another folder with --cache");
      }
      FileStore disk = Files.getFileStore(there);
      return cache(folder, disk.getUsableSpace());
    } catch (IOException e) {
      return Finding.fail(
          "cache", folder + " cannot be used (" + e.getMessage() + "): give another with --cache");
    }
  }

  static Finding cache(Path folder, long freeBytes) {
    String found = folder + ", " + freeBytes / MEGA + " MB free";
    if (freeBytes < NO_DISK_BYTES) {
      return Finding.fail("cache", found + ": make room, or give another with --cache");
    }
    return freeBytes < LITTLE_DISK_BYTES
        ? Finding.warn("cache", found + ": fetched models and libraries need some hundred MB each")
        : Finding.ok("cache", found);
  }

  /** The folder itself, or the nearest one above it that is there. */
  private static @Nullable Path existing(Path folder) {
    Path there = folder.toAbsolutePath();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there;
  }
}
