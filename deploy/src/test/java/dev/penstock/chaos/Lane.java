package dev.penstock.chaos;

import dev.penstock.chaos.customers.Customers;
import dev.penstock.chaos.fleet.Chronicle;
import dev.penstock.chaos.trouble.Trouble;
import dev.penstock.it.kit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Troubles one after the other, in rounds: each of them once in a random order, then again. After
 * each one customers must be served again.
 */
final class Lane {
  private static final Duration SERVED_AGAIN = Duration.ofSeconds(20);
  private static final int ENOUGH = 20;
  private static final long LONGEST_CALM_MILLIS = 2_000;

  private final String name;
  private final List<Trouble> troubles;
  private final Random random;
  private final Duration until;
  private final Customers customers;
  private final Chronicle chronicle;
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> made = new ConcurrentSkipListMap<>();
  private final Thread thread;

  Lane(
      String name,
      List<Trouble> troubles,
      long seed,
      Duration until,
      Customers customers,
      Chronicle chronicle) {
    this.name = name;
    this.troubles = troubles;
    this.random = new Random(seed);
    this.until = until;
    this.customers = customers;
    this.chronicle = chronicle;
    this.thread = new Thread(this::run, "lane-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (goesOn()) {
        var round = new ArrayList<>(troubles);
        Collections.shuffle(round, random);
        for (Trouble trouble : round) {
          if (goesOn()) {
            make(trouble);
          }
        }
      }
    } catch (Exception | AssertionError e) {
      chronicle.say(name + " failed: " + e);
      failures.add(e);
    }
  }

  private boolean goesOn() {
    return chronicle.elapsed().compareTo(until) < 0;
  }

  private void make(Trouble trouble) throws Exception {
    chronicle.say(name + ": " + trouble.name());
    trouble.work().make(random);
    customers.awaitAnswered(ENOUGH, SERVED_AGAIN);
    made.merge(trouble.name(), 1, Integer::sum);
    Await.pass(Duration.ofMillis(random.nextLong(LONGEST_CALM_MILLIS)));
  }

  boolean ended() {
    return !thread.isAlive();
  }

  /** How often each trouble was made. */
  Map<String, Integer> made() {
    return made;
  }

  /** What went wrong in making them or after it; the lane ends with it. */
  List<Throwable> failures() {
    return List.copyOf(failures);
  }
}
