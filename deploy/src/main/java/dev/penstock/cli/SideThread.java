package dev.penstock.cli;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Work beside the main thread while the process starts. */
final class SideThread {
  private SideThread() {}

  /** Runs on a thread of its own that does not keep the process alive. */
  static <T> CompletableFuture<T> start(String name, Supplier<T> work) {
    return CompletableFuture.supplyAsync(
        work,
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          thread.start();
        });
  }
}
