package dev.penstock.chaos.fleet;

import dev.penstock.it.kit.PenstockProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Resident memory of the processes over time, each start of one for itself. */
public final class MemoryWatch {
  /** Heap of 256 MB, classes, buffers, libraries: none may ever have more. */
  private static final long MOST_MB = 640;

  private final Map<String, List<Long>> seen = new TreeMap<>();

  /** Looks at the processes that live. */
  public synchronized void look(List<PenstockProcess> processes) {
    for (PenstockProcess process : processes) {
      long megabytes = residentMegabytes(process.pid());
      if (megabytes > 0) {
        seen.computeIfAbsent(process.name() + "/" + process.pid(), added -> new ArrayList<>())
            .add(megabytes);
      }
    }
  }

  private static long residentMegabytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
          .sum();
    } catch (NoSuchFileException ended) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts that took more than any may. */
  public synchronized List<String> tooMuch() {
    return seen.entrySet().stream()
        .filter(start -> start.getValue().stream().anyMatch(megabytes -> megabytes > MOST_MB))
        .map(start -> start.getKey() + " had " + start.getValue() + " MB")
        .toList();
  }

  /** First, last and most of the starts that were seen for the longest, one for each process. */
  public synchronized String report() {
    Map<String, List<Long>> longest = new TreeMap<>();
    seen.forEach(
        (start, sizes) ->
            longest.merge(
                start.substring(0, start.indexOf('/')),
                sizes,
                (one, other) -> one.size() >= other.size() ? one : other));
    var text = new StringBuilder("memory, MB first / last / most (looks):");
    longest.forEach(
        (name, sizes) ->
            text.append(
                " %s %d / %d / %d (%d)"
                    .formatted(
                        name,
                        sizes.get(0),
                        sizes.get(sizes.size() - 1),
                        sizes.stream().mapToLong(Long::longValue).max().orElse(0),
                        sizes.size())));
    return text.toString();
  }
}
