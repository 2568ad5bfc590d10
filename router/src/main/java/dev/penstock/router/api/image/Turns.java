package dev.penstock.router.api.image;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** Lets so many run at once; the others wait for theirs, in their order. Thread-safe. */
final class Turns {
  private final Vertx vertx;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int free;

  Turns(Vertx vertx, int most) {
    this.vertx = vertx;
    this.free = most;
  }

  /**
   * Runs when it is its turn, which lasts until its future completes.
   *
   * @param task begins on the context that this is called on
   */
  <T> Future<T> run(Supplier<Future<T>> task) {
    Promise<T> promise = Promise.promise();
    Context caller = vertx.getOrCreateContext();
    Runnable turn = () -> begun(task).onComplete(promise).onComplete(done -> next());
    if (isFree(() -> caller.runOnContext(here -> turn.run()))) {
      turn.run();
    }
    return promise.future();
  }

  /** What fails at once gives its turn back as well. */
  private static <T> Future<T> begun(Supplier<Future<T>> task) {
    return Future.succeededFuture().compose(its -> task.get());
  }

  private synchronized boolean isFree(Runnable later) {
    if (free == 0) {
      waiting.add(later);
      return false;
    }
    free--;
    return true;
  }

  private void next() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        free++;
        return;
      }
    }
    next.run();
  }
}
