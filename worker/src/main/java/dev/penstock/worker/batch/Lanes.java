package dev.penstock.worker.batch;

import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.memory.ImageMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The lanes of a device and the threads that help them with decoding and postprocessing. */
public final class Lanes {
  private final List<Thread> threads = new ArrayList<>();
  private final ExecutorService helpers;
  private final DeviceHealth health;

  /** How often a sick device is asked whether it works again. */
  private static final long PROBE_MILLIS = 3_000;

  /**
   * @param count lanes of the device
   * @param executions told of each batch before anything is done with it
   * @param memory for decoded pictures
   */
  public Lanes(
      int count,
      NextBatch next,
      ExecutionListener executions,
      DeviceListener listener,
      Departures departures,
      ImageMemory memory,
      Ticker ticker) {
    this.health = new DeviceHealth(listener, PROBE_MILLIS);
    var helper = new AtomicInteger();
    this.helpers =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            task -> daemon(task, "penstock-vision-" + helper.incrementAndGet()));
    for (int number = 0; number < count; number++) {
      var lane = new Lane(number, next, helpers, health, executions, departures, memory, ticker);
      threads.add(daemon(lane, "penstock-lane-" + number));
    }
  }

  public void start() {
    threads.forEach(Thread::start);
  }

  /** Waits for the lanes to finish what they have, after {@link NextBatch#close}. */
  public void join(Duration patience) {
    health.close();
    try {
      for (Thread thread : threads) {
        thread.join(patience.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      helpers.shutdown();
    }
  }

  private static Thread daemon(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
