package dev.penstock.router.dispatch.service;

import dev.penstock.telemetry.Ticker;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A process of the simulated cluster: it has a clock of its own, and may be paused (as by SIGSTOP)
 * or killed. What happens to it while it is paused happens when it goes on: its timers first, or
 * what stands in its sockets first, as chance has it.
 */
final class SimProcess implements Ticker {
  final String name;
  private final SimWorld world;
  private final Runnable afterEach;
  private final Deque<Runnable> timers = new ArrayDeque<>();
  private final Deque<Runnable> messages = new ArrayDeque<>();
  private long clockOffset;
  private boolean alive = true;
  private boolean paused;
  private boolean clockStands;
  private long pausedAt;
  private long awakeSince;

  /**
   * @param afterEach called after everything that happens in it
   */
  SimProcess(SimWorld world, String name, Runnable afterEach) {
    this.world = world;
    this.name = name;
    this.afterEach = afterEach;
    this.clockOffset = world.between(-1L << 50, 1L << 50);
    this.awakeSince = world.now();
  }

  @Override
  public long nanos() {
    return world.now() + clockOffset;
  }

  boolean alive() {
    return alive;
  }

  boolean running() {
    return alive && !paused;
  }

  /** Since when it has been running, on the clock of the world; makes sense while it is. */
  long awakeSince() {
    return awakeSince;
  }

  void after(long nanos, Runnable timer) {
    world.after(nanos, () -> happens(timers, timer));
  }

  /** A timer that fires at a fixed rate, and catches up after a pause, as those of Vert.x do. */
  void every(long periodNanos, Runnable timer) {
    world.after(
        periodNanos,
        () -> {
          if (alive) {
            happens(timers, timer);
            every(periodNanos, timer);
          }
        });
  }

  /** Something arrives from outside. */
  void receive(Runnable message) {
    happens(messages, message);
  }

  private void happens(Deque<Runnable> held, Runnable action) {
    if (alive && paused) {
      held.add(action);
    } else if (alive) {
      action.run();
      afterEach.run();
    }
  }

  /**
   * It stands still.
   *
   * @param clockStops as when the whole machine is suspended
   */
  void pause(long nanos, boolean clockStops) {
    if (running()) {
      world.trace(name, "pauses for", nanos / 1_000_000, "ms, clock stops:", clockStops);
      paused = true;
      pausedAt = world.now();
      clockStands = clockStops;
      world.after(nanos, this::resume);
    }
  }

  void resume() {
    if (alive && paused) {
      world.trace(name, "goes on");
      paused = false;
      if (clockStands) {
        clockOffset -= world.now() - pausedAt;
      }
      awakeSince = world.now();
      boolean timersFirst = world.chance(0.5);
      drain(timersFirst ? timers : messages);
      drain(timersFirst ? messages : timers);
    }
  }

  private void drain(Deque<Runnable> held) {
    while (!held.isEmpty() && running()) {
      held.remove().run();
      afterEach.run();
    }
  }

  void die() {
    alive = false;
    timers.clear();
    messages.clear();
  }
}
