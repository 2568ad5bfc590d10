package dev.penstock.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.penstock.config.WorkerMemory;
import dev.penstock.worker.memory.MachineMemory;
import java.lang.management.ManagementFactory;
import java.util.List;

/** Java, cores, memory and open files, as this process has them. */
final class MachineChecks {
  private static final int OLDEST_JAVA = 17;
  private static final int NEWEST_JAVA = 25;
  private static final long MEGA = 1_000_000;

  /** Of the heap of a router with its defaults: bodies of {@code --max-inflight} small pictures. */
  private static final long LITTLE_HEAP_BYTES = 500 * MEGA;

  /** Files, sockets between machines and libraries beside the connections of clients. */
  private static final long OTHER_FILES = 500;

  private MachineChecks() {}

  static List<Finding> all(boolean listens, int maxConnections) {
    long heap = Runtime.getRuntime().maxMemory();
    var java = java(Runtime.version().feature());
    var memory = memory(Runtime.getRuntime().availableProcessors(), heap, physicalMemory());
    return listens
        ? List.of(java, memory, files(mostOpenFiles(), maxConnections))
        : List.of(java, memory);
  }

  static Finding java(int feature) {
    String found = "Java " + feature;
    if (feature < OLDEST_JAVA) {
      return Finding.fail("java", found + ": install 17 or newer");
    }
    return feature > NEWEST_JAVA
        ? Finding.warn("java", found + " is newer than what Penstock was tried with (17 to 25)")
        : Finding.ok("java", found);
  }

  static Finding memory(int cores, long heapBytes, long physicalBytes) {
    String found =
        "%d cores, heap %d MB of %d MB memory"
            .formatted(cores, heapBytes / MEGA, physicalBytes / MEGA);
    return heapBytes < LITTLE_HEAP_BYTES
        ? Finding.warn(
            "memory", found + ": give PENSTOCK_JAVA_OPTIONS=-Xmx1g or more for pictures of some MB")
        : Finding.ok("memory", found);
  }

  /** What a worker may take beside Java's heap. */
  static Finding worker(WorkerMemory limits) {
    MachineMemory machine = MachineMemory.here();
    return Finding.ok(
        "worker memory",
        "models %d MB (--max-memory; on a GPU its own), images being decoded %d MB (--max-image-memory)"
            .formatted(
                limits.modelsOr(machine::models) / MEGA, limits.imagesOr(machine::images) / MEGA));
  }

  /**
   * @param limit of files this process may open; negative where it is not known
   */
  static Finding files(long limit, int maxConnections) {
    if (limit < 0) {
      return Finding.ok("open files", "no limit is known on this system");
    }
    return limit < maxConnections + OTHER_FILES
        ? Finding.warn(
            "open files",
            "%d, too few for --max-connections %d: raise the limit (ulimit -n, LimitNOFILE) or lower the option"
                .formatted(limit, maxConnections))
        : Finding.ok("open files", Long.toString(limit));
  }

  private static long physicalMemory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }

  private static long mostOpenFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? system.getMaxFileDescriptorCount()
        : -1;
  }
}
