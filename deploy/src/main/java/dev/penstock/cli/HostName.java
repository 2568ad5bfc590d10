package dev.penstock.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** Names for processes that were given none. */
final class HostName {
  /** The kernel's own answer: asking the resolver can take seconds where names do not resolve. */
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  /** The host's name and four random letters, so that processes on one host differ. */
  static String unique() {
    return unique(name());
  }

  /** As {@link #unique()}, for a host of that name. */
  static String unique(String host) {
    String safe = host.strip().replaceAll("[^A-Za-z0-9.-]", "-").replaceAll("^[.-]+", "");
    String shortened = safe.substring(0, Math.min(safe.length(), 48));
    int random = ThreadLocalRandom.current().nextInt(0x10000);
    return "%s-%04x".formatted(shortened.isEmpty() ? "host" : shortened, random);
  }

  private static String name() {
    try {
      return Files.isReadable(KERNEL)
          ? Files.readString(KERNEL)
          : InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      // Only a name: any will do.
      return "host";
    }
  }
}
