package dev.penstock.cli;

import dev.penstock.config.StartupException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Worker processes under this one, each watched by a thread. One that cannot start ends the start
 * of all; one that ends after it was ready is started again. They end when this process does: it
 * passes the signal on, and where it cannot (kill -9) they see the end of their standard input.
 */
final class SupervisedWorkers {
  private static final Logger LOG = System.getLogger(SupervisedWorkers.class.getName());

  private final Duration pause;
  private final List<Thread> watchers = new ArrayList<>();
  private final List<Process> started = new ArrayList<>();
  private final CountDownLatch stopping = new CountDownLatch(1);

  /**
   * @param pause how long to wait before one is started again
   */
  SupervisedWorkers(Duration pause) {
    this.pause = pause;
  }

  /**
   * Starts them and returns when all are ready.
   *
   * @param commands command lines by worker id
   * @throws StartupException when one ends before it is ready
   */
  void start(Map<String, List<String>> commands) {
    List<CompletableFuture<Void>> ready = new ArrayList<>();
    commands.forEach(
        (id, command) -> {
          CompletableFuture<Void> firstReady = new CompletableFuture<>();
          ready.add(firstReady);
          Thread watcher = new Thread(() -> watch(id, command, firstReady), "watch-" + id);
          watcher.setDaemon(true);
          watchers.add(watcher);
          watcher.start();
        });
    ready.forEach(CompletableFuture::join);
  }

  /** Tells all to end and waits until they have. */
  void stop() {
    stopping.countDown();
    synchronized (started) {
      started.forEach(SupervisedWorkers::end);
    }
    try {
      for (Thread watcher : watchers) {
        watcher.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(String id, List<String> command, CompletableFuture<Void> firstReady) {
    try {
      do {
        Process process = launch(command);
        followOutput(process, firstReady);
        String ended = "worker " + id + " ended with status " + process.waitFor();
        if (firstReady.completeExceptionally(
            new StartupException(ended + " before it was ready: its reason is above"))) {
          return;
        }
        LOG.log(isStopping() ? Level.INFO : Level.WARNING, ended);
      } while (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (IOException e) {
      String failed = "cannot run the process of worker " + id + ": " + e;
      if (!firstReady.completeExceptionally(new StartupException(failed, e))) {
        LOG.log(Level.ERROR, failed);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One that is started while all are being stopped is stopped like the others. */
  private Process launch(List<String> command) throws IOException {
    synchronized (started) {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      started.removeIf(earlier -> !earlier.isAlive());
      started.add(process);
      if (isStopping()) {
        end(process);
      }
      return process;
    }
  }

  /**
   * Tells it to end and lets it speak: {@link Process#destroy} would close its output, too, so that
   * its drain report is lost and whoever reads it fails before it has ended.
   */
  private static void end(Process process) {
    process.toHandle().destroy();
  }

  /** Reads to the end, so that a worker that says more never waits for a reader. */
  private static void followOutput(Process process, CompletableFuture<Void> ready)
      throws IOException {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("ready ")) {
          ready.complete(null);
        }
      }
    }
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }
}
