package dev.penstock.router.dispatch.service;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Simulated time: one event after the other, on one thread, in an order that follows from the seed
 * alone.
 */
final class SimWorld {
  /** Events that are shown when a simulation fails. */
  private static final int TRACED = 250;

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final SplittableRandom random;
  private final Deque<Object[]> trace = new ArrayDeque<>();
  private long now;
  private long scheduled;

  private record Event(long at, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  SimWorld(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Nanoseconds since the world began; processes have clocks of their own. */
  long now() {
    return now;
  }

  /**
   * Something happens later. Of what happens at the same moment, the earlier decided comes first.
   */
  void after(long nanos, Runnable action) {
    events.add(new Event(now + nanos, ++scheduled, action));
  }

  void runFor(long nanos) {
    runUntil(() -> false, nanos);
  }

  /** Runs until something holds; returns whether it came to hold in time. */
  boolean runUntil(BooleanSupplier condition, long mostNanos) {
    long end = now + mostNanos;
    while (!condition.getAsBoolean()) {
      Event next = events.peek();
      if (next == null || next.at() > end) {
        now = end;
        return false;
      }
      events.remove();
      now = next.at();
      next.action().run();
    }
    return true;
  }

  boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  long between(long least, long most) {
    return least + random.nextLong(most - least + 1);
  }

  /** A duration between two numbers of milliseconds, in nanoseconds. */
  long millis(long least, long most) {
    return between(TimeUnit.MILLISECONDS.toNanos(least), TimeUnit.MILLISECONDS.toNanos(most));
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Notes what happens, to be shown if the simulation fails. */
  void trace(Object... words) {
    Object[] line = Arrays.copyOf(words, words.length + 1);
    line[words.length] = now;
    trace.add(line);
    if (trace.size() > TRACED) {
      trace.remove();
    }
  }

  /** The last events, one a line, each with its time in milliseconds. */
  String lastEvents() {
    return trace.stream().map(SimWorld::line).collect(Collectors.joining("\n"));
  }

  private static String line(Object[] words) {
    int last = words.length - 1;
    return String.format("%11.3f ", (long) words[last] / 1e6)
        + Arrays.stream(words, 0, last).map(String::valueOf).collect(Collectors.joining(" "));
  }
}
