package dev.penstock.it.kit.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Tells which process a TCP connection of this machine comes from (Linux, {@code /proc}). */
final class SocketOwners {
  /** Columns of {@code /proc/net/tcp}: local address, remote address, inode. */
  private static final int LOCAL = 1;

  private static final int REMOTE = 2;
  private static final int INODE = 9;

  private final Map<String, Long> pids = new ConcurrentHashMap<>();

  void started(String name, long pid) {
    pids.put(name, pid);
  }

  /**
   * The name of the process that has connected.
   *
   * @param from the port it connects from
   * @param to the port it connects to
   * @return empty when it is none that was announced, for example the test itself
   */
  Optional<String> of(int from, int to) {
    String inode = inode(from, to);
    return inode == null
        ? Optional.empty()
        : pids.entrySet().stream()
            .filter(process -> has(process.getValue(), "socket:[" + inode + "]"))
            .map(Map.Entry::getKey)
            .findFirst();
  }

  private static @Nullable String inode(int from, int to) {
    String local = ":%04X".formatted(from).toUpperCase(Locale.ROOT);
    String remote = ":%04X".formatted(to).toUpperCase(Locale.ROOT);
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      for (String line : lines(Path.of(table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns[LOCAL].endsWith(local) && columns[REMOTE].endsWith(remote)) {
          return columns[INODE];
        }
      }
    }
    return null;
  }

  private static Iterable<String> lines(Path table) {
    try {
      return Files.readAllLines(table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean has(long pid, String socket) {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path file : files) {
        if (isLink(file, socket)) {
          return true;
        }
      }
      return false;
    } catch (NoSuchFileException | DirectoryIteratorException dead) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLink(Path file, String target) throws IOException {
    try {
      return Files.readSymbolicLink(file).toString().equals(target);
    } catch (NoSuchFileException closedMeanwhile) {
      return false;
    }
  }
}
