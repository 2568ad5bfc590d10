package dev.penstock.worker.shelf;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** What moves models works on; none of it keeps the process alive. */
final class ShelfThreads {
  /** Serving goes first where the system heeds it; nothing depends on it. */
  private static final int PRIORITY = Thread.MIN_PRIORITY;

  private static final int FETCHES_AT_ONCE = 4;

  private ShelfThreads() {}

  static ScheduledExecutorService loader() {
    return Executors.newSingleThreadScheduledExecutor(
        task -> daemon(task, "penstock-model-loader"));
  }

  /** A router that is slow or hangs holds up what it is asked for, and no other load. */
  static ExecutorService fetchers() {
    return Executors.newFixedThreadPool(
        FETCHES_AT_ONCE, task -> daemon(task, "penstock-package-fetcher"));
  }

  @SuppressWarnings("ThreadPriorityCheck") // a hint, see above
  private static Thread daemon(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.setPriority(PRIORITY);
    return thread;
  }
}
