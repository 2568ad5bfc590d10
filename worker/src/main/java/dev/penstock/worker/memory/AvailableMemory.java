package dev.penstock.worker.memory;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * What all processes together leave of the memory, on Linux: of the machine, and of the container
 * (its control group, version 2). What the system keeps of files counts as left.
 */
final class AvailableMemory {
  private static final System.Logger LOG = System.getLogger(AvailableMemory.class.getName());

  private final Path memInfo;
  private final Path controlGroup;

  /**
   * @param memInfo usually {@code /proc/meminfo}
   * @param controlGroup usually {@code /sys/fs/cgroup}
   */
  AvailableMemory(Path memInfo, Path controlGroup) {
    this.memInfo = memInfo;
    this.controlGroup = controlGroup;
  }

  static AvailableMemory here() {
    return new AvailableMemory(Path.of("/proc/meminfo"), Path.of("/sys/fs/cgroup"));
  }

  /** Bytes; {@link Long#MAX_VALUE} where the system does not say. */
  long bytes() {
    return Math.min(ofMachine(), ofContainer());
  }

  private long ofMachine() {
    OptionalLong kibibytes = number(memInfo, "MemAvailable:");
    return kibibytes.isPresent() ? kibibytes.getAsLong() << 10 : Long.MAX_VALUE;
  }

  private long ofContainer() {
    OptionalLong limit = number(controlGroup.resolve("memory.max"), "");
    OptionalLong used = number(controlGroup.resolve("memory.current"), "");
    if (limit.isEmpty() || used.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long files = number(controlGroup.resolve("memory.stat"), "inactive_file ").orElse(0);
    return limit.getAsLong() - used.getAsLong() + files;
  }

  /** The first number behind that word. */
  private static OptionalLong number(Path file, String word) {
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return lines.stream()
          .filter(line -> line.startsWith(word))
          .map(line -> line.substring(word.length()).strip().split(" ", 2)[0])
          .filter(text -> text.matches("\\d{1,18}")) // not "max"
          .mapToLong(Long::parseLong)
          .findFirst();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0} cannot be read: {1}", file, e);
      return OptionalLong.empty();
    }
  }
}
