package dev.penstock.router.dispatch.workers;

import dev.penstock.cluster.ReachBoard;
import dev.penstock.cluster.ReachBoard.Reached;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Says every second which workers this router hears, on a thread of its own: the calls block.
 * Workers that cannot reach this router read it.
 */
public final class ReachReport implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ReachReport.class.getName());
  private static final long INTERVAL_MILLIS = 1_000;

  private final String incarnation;
  private final ReachBoard board;
  private final Supplier<Set<String>> routers;
  private final Supplier<Set<String>> workers;
  private long beat;
  private final ScheduledExecutorService reports =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "penstock-reach-report");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param incarnation of this router
   * @param routers incarnations of all there are
   * @param workers instances that are heard
   */
  public ReachReport(
      String incarnation,
      ReachBoard board,
      Supplier<Set<String>> routers,
      Supplier<Set<String>> workers) {
    this.incarnation = incarnation;
    this.board = board;
    this.routers = routers;
    this.workers = workers;
  }

  /** Reports from now on. */
  public void start() {
    // The task catches what goes wrong, so nobody has to wait for its end.
    var unused =
        reports.scheduleWithFixedDelay(
            this::report, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  void report() {
    try {
      board.put(incarnation, new Reached(++beat, workers.get()));
      board.retain(routers.get());
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "Nobody can be told which workers are reached; trying on: {0}", e);
    }
  }

  @Override
  public void close() {
    reports.shutdownNow();
  }
}
