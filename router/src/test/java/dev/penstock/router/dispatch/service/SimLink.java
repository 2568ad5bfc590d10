package dev.penstock.router.dispatch.service;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The network between one router and one worker. What is under way while it is cut arrives after it
 * is mended, as TCP sends it again; calls overtake each other, as they use connections of their
 * own.
 */
final class SimLink {
  static final long CALL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long USUAL_DELAY = TimeUnit.MILLISECONDS.toNanos(2);

  private final SimWorld world;
  private final String name;
  private final List<Runnable> stalled = new ArrayList<>();
  private boolean cut;
  private long mendedAt;

  /** How likely a call is lost on its way there. */
  double lostRequests;

  /** How likely an answer is lost, and the call is known to have failed. */
  double lostAnswers;

  /** How likely a request arrives twice. */
  double repeatedRequests;

  /** The longest delay, in nanoseconds. */
  long slownessNanos = USUAL_DELAY;

  SimLink(SimWorld world, String name) {
    this.world = world;
    this.name = name;
  }

  boolean isCut() {
    return cut;
  }

  /** When it was mended last. */
  long mendedAt() {
    return mendedAt;
  }

  long delay() {
    return world.between(50_000, slownessNanos);
  }

  void cut(long nanos) {
    if (!cut) {
      world.trace(name, "is cut for", nanos / 1_000_000, "ms");
      cut = true;
      world.after(nanos, this::mend);
    }
  }

  private void mend() {
    if (cut) {
      world.trace(name, "is mended");
      cut = false;
      mendedAt = world.now();
      var waiting = List.copyOf(stalled);
      stalled.clear();
      waiting.forEach(Runnable::run);
    }
  }

  /** Nothing is wrong with it any more. */
  void repair() {
    lostRequests = 0;
    lostAnswers = 0;
    repeatedRequests = 0;
    slownessNanos = USUAL_DELAY;
    mend();
  }

  /** Runs it now, or when the link is mended. */
  void arrive(Runnable arrival) {
    if (cut) {
      stalled.add(() -> arrive(arrival));
    } else {
      arrival.run();
    }
  }

  private void carry(Runnable message) {
    world.after(
        delay(),
        () -> {
          if (cut) {
            // Sent again at growing intervals: each of them gets through at a time of its own.
            stalled.add(() -> world.after(world.millis(0, 400), () -> carry(message)));
          } else {
            message.run();
          }
        });
  }

  /**
   * A worker calls a router.
   *
   * @param handler what the router does, and when it answers what
   * @param failed told instead of the answer when there is none in time
   */
  <T> void call(
      SimProcess from,
      SimProcess to,
      Consumer<Consumer<T>> handler,
      Consumer<T> answered,
      Runnable failed) {
    var call = new Call<>(from, answered, failed);
    from.after(CALL_NANOS, call::fail);
    if (world.chance(lostRequests)) {
      from.after(delay(), call::fail);
      return;
    }
    int times = world.chance(repeatedRequests) ? 2 : 1;
    for (int copy = 0; copy < times; copy++) {
      carry(
          () -> {
            if (to.alive()) {
              to.receive(() -> handler.accept(answer -> answer(from, call, answer)));
            } else {
              from.after(delay(), call::fail);
            }
          });
    }
  }

  private <T> void answer(SimProcess from, Call<T> call, T answer) {
    if (world.chance(lostAnswers)) {
      from.after(delay(), call::fail);
    } else {
      carry(() -> from.receive(() -> call.succeed(answer)));
    }
  }

  private static final class Call<T> {
    private final SimProcess from;
    private final Consumer<T> answered;
    private final Runnable failed;
    private boolean over;

    Call(SimProcess from, Consumer<T> answered, Runnable failed) {
      this.from = from;
      this.answered = answered;
      this.failed = failed;
    }

    void succeed(T answer) {
      if (!over && from.alive()) {
        over = true;
        answered.accept(answer);
      }
    }

    void fail() {
      if (!over) {
        over = true;
        failed.run();
      }
    }
  }
}
