package dev.penstock.it.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a process listens on, as Linux knows it: more than a scan of its ports could find. */
public final class Listening {
  private static final String LISTEN = "0A";
  private static final List<String> LOOPBACK =
      List.of("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000");

  private Listening() {}

  /**
   * One open door.
   *
   * @param loopback whether only this machine can come through it
   */
  public record Door(int port, boolean loopback) {}

  /** The TCP ports on which a process takes connections. */
  public static List<Door> of(PenstockProcess process) {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    Set<String> sockets = sockets(proc.resolve("fd"));
    var doors = new ArrayList<Door>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : lines(proc.resolve("net").resolve(table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns[3].equals(LISTEN) && sockets.contains(columns[9])) {
          String[] address = columns[1].split(":");
          doors.add(new Door(Integer.parseInt(address[1], 16), LOOPBACK.contains(address[0])));
        }
      }
    }
    return doors;
  }

  private static List<String> lines(Path table) {
    try {
      List<String> lines = Files.readAllLines(table);
      return lines.subList(1, lines.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Inodes of the sockets that are open. */
  private static Set<String> sockets(Path descriptors) {
    var inodes = new HashSet<String>();
    try (Stream<Path> files = Files.list(descriptors)) {
      for (Path file : files.toList()) {
        String target = target(file);
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return inodes;
  }

  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException closed) {
      return "";
    }
  }
}
