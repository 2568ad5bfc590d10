package dev.penstock.router.api.exchange;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;

/**
 * Where bodies are decoded and encoded: small ones at once, large ones on a few threads of their
 * own, so that one large body does not delay the answers of every other connection.
 */
public final class BodyWork implements AutoCloseable {
  /** About 50 µs of base64. */
  private static final int LARGE_BYTES = 64 * 1024;

  private final WorkerExecutor pool;

  public BodyWork(Vertx vertx, String name) {
    pool =
        vertx.createSharedWorkerExecutor(
            name, Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * Does the work; the future completes on the caller's context.
   *
   * @param bytes how large what it works on is
   */
  public <T> Future<T> run(long bytes, Callable<T> task) {
    if (bytes > LARGE_BYTES) {
      return pool.executeBlocking(task, false);
    }
    try {
      return Future.succeededFuture(task.call());
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
