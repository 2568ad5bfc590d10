package dev.penstock.chaos.customers;

import dev.penstock.it.kit.PenstockProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the access logs of all routers say of the requests: the other side of the ledger. */
public final class RouterLogs {
  private static final Pattern ENTRY =
      Pattern.compile("^at=\\S+ id=" + Errand.PREFIX + "(\\d+) .*$");

  private final BitSet read = new BitSet();
  private final List<String> twice = new ArrayList<>();

  private RouterLogs() {}

  /** Reads the logs of processes that have said all they will say of these requests. */
  public static RouterLogs of(List<PenstockProcess> processes) throws IOException {
    var logs = new RouterLogs();
    for (PenstockProcess process : processes) {
      try (Stream<String> lines = Files.lines(process.logFile())) {
        lines.map(ENTRY::matcher).filter(Matcher::matches).forEach(logs::add);
      }
    }
    return logs;
  }

  private void add(Matcher entry) {
    int number = Integer.parseInt(entry.group(1));
    if (read.get(number)) {
      twice.add(entry.group());
    }
    read.set(number);
  }

  /** Entries of requests that have another one: no router takes a request of another. */
  public List<String> twice() {
    return List.copyOf(twice);
  }

  /** Those of the requests that a router has read. */
  public List<Long> readOf(List<Long> numbers) {
    return numbers.stream().filter(number -> read.get(number.intValue())).toList();
  }
}
