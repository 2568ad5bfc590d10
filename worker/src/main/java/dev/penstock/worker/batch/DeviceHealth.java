package dev.penstock.worker.batch;

import dev.penstock.job.JobId;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.engine.WarmUp;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the device can be trusted. Several different jobs that fail on it, one after the other
 * and without any pass that works in between, are a reason to ask it: it is <em>sick</em> when the
 * warm-up picture fails, too. (If that works, the jobs are to blame, and the device goes on.) A
 * sick device is asked again now and then, and is well when the warm-up works.
 *
 * <p>Thread-safe. Lanes ask on their own threads, with their own runners.
 */
final class DeviceHealth {
  private static final System.Logger LOG = System.getLogger(DeviceHealth.class.getName());

  /** More than two poison jobs in a row are rarer than sick devices. */
  static final int SUSPICIOUS_JOBS = 3;

  private final DeviceListener listener;
  private final long probeMillis;

  /** Jobs that failed since the device worked last. */
  private final Set<JobId> failed = new HashSet<>();

  /** Ends the wait of whoever nurses the device: it is well, or the worker ends. */
  private final Semaphore news = new Semaphore(0);

  private @Nullable String sickness;
  private boolean nursed;
  private boolean closed;

  /**
   * @param probeMillis how often a sick device is asked
   */
  DeviceHealth(DeviceListener listener, long probeMillis) {
    this.listener = listener;
    this.probeMillis = probeMillis;
  }

  /** A forward pass has worked. */
  synchronized void worked() {
    failed.clear();
    if (sickness != null) {
      sickness = null;
      news.release();
      // INVARIANT: told under the lock, so that what is heard last is how it is.
      listener.well();
    }
  }

  /**
   * A job has failed on the device alone. Asks the device when that is suspicious.
   *
   * @param runner the calling lane's
   */
  void failed(JobId job, BatchRunner runner) {
    boolean suspicious;
    synchronized (this) {
      failed.add(job);
      suspicious = sickness == null && failed.size() >= SUSPICIOUS_JOBS;
    }
    if (suspicious && works(runner)) {
      LOG.log(
          Level.WARNING,
          "The last {0} jobs failed on the device, which is well otherwise: it must be them, or their model.",
          SUSPICIOUS_JOBS);
    }
  }

  synchronized boolean isSick() {
    return sickness != null;
  }

  /**
   * Asks a sick device until it is well or the worker ends. Returns at once when it is well, or
   * another lane does so already.
   *
   * @param runner the calling lane's
   */
  void nurse(BatchRunner runner) throws InterruptedException {
    if (!beginNursing()) {
      return;
    }
    try {
      while (isTimeToAsk()) {
        if (works(runner)) {
          return;
        }
      }
    } finally {
      endNursing();
    }
  }

  private synchronized boolean beginNursing() {
    boolean needed = sickness != null && !nursed && !closed;
    if (needed) {
      nursed = true;
      news.drainPermits();
    }
    return needed;
  }

  private synchronized void endNursing() {
    nursed = false;
  }

  /** Waits; false when there is nothing to ask any more. */
  private boolean isTimeToAsk() throws InterruptedException {
    boolean over = news.tryAcquire(probeMillis, TimeUnit.MILLISECONDS);
    synchronized (this) {
      return !over && sickness != null && !closed;
    }
  }

  private boolean works(BatchRunner runner) {
    try {
      WarmUp.run(runner);
    } catch (DeviceException | RuntimeException | OutOfMemoryError e) {
      fellIll(String.valueOf(e.getMessage()));
      return false;
    }
    worked();
    return true;
  }

  private synchronized void fellIll(String reason) {
    boolean first = sickness == null;
    sickness = reason;
    if (first) {
      listener.sick(reason);
    }
  }

  /** Ends {@link #nurse}. */
  synchronized void close() {
    closed = true;
    news.release();
  }
}
