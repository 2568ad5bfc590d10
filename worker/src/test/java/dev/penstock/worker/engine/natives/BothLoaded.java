package dev.penstock.worker.engine.natives;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Run as a process: loads both libraries on two threads, as a worker does when it starts. */
final class BothLoaded {
  private BothLoaded() {}

  public static void main(String[] cache) {
    Path folder = Path.of(cache[0]);
    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> Natives.loadOnnxRuntime(folder)),
            CompletableFuture.runAsync(() -> Natives.loadOpenCv(folder)))
        .join();
  }
}
