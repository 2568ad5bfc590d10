package dev.penstock.chaos.customers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ledger of all requests of a run, each under the one way it ended. Thread-safe. */
public final class Tally {
  private static final int EXAMPLES = 20;

  private final Map<Ending, Long> counts = new EnumMap<>(Ending.class);
  private final Deque<String> failures = new ArrayDeque<>();
  private final List<Long> unread = new ArrayList<>();
  private long sent;

  synchronized void sent() {
    sent++;
  }

  synchronized void ended(Errand errand, Ending ending, String story) {
    counts.merge(ending, 1L, Long::sum);
    if (ending == Ending.UNREAD) {
      unread.add(errand.number());
    }
    if (!ending.allowed() && failures.size() < EXAMPLES) {
      failures.add(ending.words() + ": " + story);
    }
  }

  public synchronized long count(Ending ending) {
    return counts.getOrDefault(ending, 0L);
  }

  public synchronized long count() {
    return sent;
  }

  /** Numbers of the requests that no router may have read. */
  public synchronized List<Long> unread() {
    return List.copyOf(unread);
  }

  /** Requests whose end nobody has seen. */
  public synchronized long open() {
    return sent - counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The first of those that ended as they must not. */
  public synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** The ledger as one line. */
  public synchronized String line() {
    return "sent %d = ".formatted(sent)
        + Stream.of(Ending.values())
            .map(ending -> count(ending) + " " + ending.words())
            .collect(Collectors.joining(", "))
        + (open() == 0 ? "" : ", " + open() + " under way");
  }
}
