package dev.penstock.router.api.exchange;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Where bodies are decoded and encoded: small ones at once, large ones on a few threads of their
 * own, so that one large body does not delay the answers of every other connection.
 *
 * <p>While JSON or base64 is decoded it is in memory several times: as bytes, characters, text. So
 * large ones wait until there is room for that, in their order; one that would need more than there
 * is runs alone.
 */
public final class BodyWork implements AutoCloseable {
  /** About 50 µs of base64; what is larger goes to another thread. */
  public static final int LARGE_BYTES = 64 * 1024;

  /** How often a text may be in memory while JSON is made of it: Jackson's characters (2), text. */
  private static final int COPIES = 4;

  private final Vertx vertx;
  private final WorkerExecutor pool;
  private final long roomBytes;
  private final Queue<Turn> waiting = new ArrayDeque<>();
  private long usedBytes;

  /**
   * @param roomBytes memory that decoding may take beside the bodies
   */
  public BodyWork(Vertx vertx, String name, long roomBytes) {
    this.vertx = vertx;
    this.roomBytes = roomBytes;
    pool =
        vertx.createSharedWorkerExecutor(
            name, Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  /** A task that waits for room. */
  private record Turn(long bytes, Runnable start) {}

  /**
   * Works for a request that may end meanwhile; what has not begun by then is left, and its memory
   * counts as taken until then.
   */
  public <T> Future<T> run(Exchange exchange, long bytes, Callable<T> task) {
    exchange.payload().hold();
    return run(
            bytes,
            () -> {
              if (exchange.over()) {
                throw new ClientGoneException();
              }
              return task.call();
            })
        .onComplete(done -> exchange.payload().letGo());
  }

  /**
   * Does the work; the future completes on the caller's context.
   *
   * @param bytes how large what it works on is
   */
  public <T> Future<T> run(long bytes, Callable<T> task) {
    if (bytes <= LARGE_BYTES) {
      try {
        return Future.succeededFuture(task.call());
      } catch (Exception e) {
        return Future.failedFuture(e);
      }
    }
    Context caller = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    long room = bytes * COPIES;
    Runnable start =
        () ->
            pool.executeBlocking(task, false)
                .onComplete(
                    done -> {
                      ended(room);
                      caller.runOnContext(here -> promise.handle(done));
                    });
    synchronized (this) {
      waiting.add(new Turn(room, start));
    }
    startNext();
    return promise.future();
  }

  private void ended(long room) {
    synchronized (this) {
      usedBytes -= room;
    }
    startNext();
  }

  private void startNext() {
    for (Turn next = next(); next != null; next = next()) {
      next.start().run();
    }
  }

  private synchronized @Nullable Turn next() {
    Turn first = waiting.peek();
    if (first == null || (usedBytes > 0 && usedBytes + first.bytes() > roomBytes)) {
      return null;
    }
    usedBytes += first.bytes();
    return waiting.poll();
  }

  @Override
  public void close() {
    pool.close();
  }
}
