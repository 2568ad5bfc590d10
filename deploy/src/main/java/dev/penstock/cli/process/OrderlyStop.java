package dev.penstock.cli.process;

import dev.penstock.telemetry.Ticker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/** Stops what was started, last first, when the process is told to end. */
final class OrderlyStop {
  private static final Logger LOG = System.getLogger(OrderlyStop.class.getName());

  private final Ticker ticker;
  private final Deque<Part> parts = new ArrayDeque<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private boolean stopping;

  /** A process that could not start has said why, and what it undoes now is of no interest. */
  private volatile Level report = Level.DEBUG;

  private record Part(String name, Runnable stop) {}

  OrderlyStop(Ticker ticker) {
    this.ticker = ticker;
  }

  /** One that runs when the process gets SIGTERM or SIGINT, or ends because its start failed. */
  static OrderlyStop atShutdown(Ticker ticker) {
    OrderlyStop stop = new OrderlyStop(ticker);
    Runtime.getRuntime().addShutdownHook(new Thread(stop::run, "orderly-stop"));
    return stop;
  }

  /** Adds a part; one that comes while others are being stopped is stopped at once. */
  void add(String name, Runnable stop) {
    synchronized (this) {
      if (!stopping) {
        parts.push(new Part(name, stop));
        return;
      }
    }
    stop.run();
  }

  /** Stops everything; a part that fails does not keep the others from being stopped. */
  void run() {
    synchronized (this) {
      stopping = true;
    }
    long from = ticker.nanos();
    try {
      for (Part part : parts) {
        LOG.log(report, "stopping " + part.name());
        long partFrom = ticker.nanos();
        try {
          part.stop().run();
          LOG.log(report, part.name() + " stopped in " + seconds(partFrom));
        } catch (RuntimeException e) {
          LOG.log(Level.ERROR, part.name() + " did not stop in order", e);
        }
      }
      if (!parts.isEmpty()) {
        LOG.log(report, "stopped in " + seconds(from));
      }
    } finally {
      stopped.countDown();
    }
  }

  /** The process serves: keeps the calling thread until everything was stopped, with a report. */
  void await() {
    report = Level.INFO;
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String seconds(long from) {
    return String.format(Locale.ROOT, "%.3f s", (ticker.nanos() - from) / 1e9);
  }
}
