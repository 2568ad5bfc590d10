package dev.penstock.cli;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Work beside the main thread while the process starts. */
final class SideThread {
  private SideThread() {}

  /**
   * As {@link #start}, for work whose failure shows where its result is needed: it is logged here.
   */
  static void run(String name, Runnable work) {
    start(
            name,
            () -> {
              work.run();
              return name;
            })
        .exceptionally(
            failure -> {
              System.getLogger(SideThread.class.getName())
                  .log(System.Logger.Level.WARNING, name + " failed", failure);
              return name;
            });
  }

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
