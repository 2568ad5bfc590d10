package dev.penstock.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Work beside the main thread while the process starts. */
final class SideThread {
  private SideThread() {}

  /** Runs on a thread of its own that does not keep the process alive. */
  static <T> CompletableFuture<T> start(String name, Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, daemon(name));
  }

  /** As {@link #start}, for work without a result. */
  static CompletableFuture<Void> run(String name, Runnable work) {
    return CompletableFuture.runAsync(work, daemon(name));
  }

  private static Executor daemon(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      thread.start();
    };
  }
}
