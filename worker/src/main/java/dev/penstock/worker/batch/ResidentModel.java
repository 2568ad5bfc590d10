package dev.penstock.worker.batch;

import dev.penstock.model.ModelPackage;
import dev.penstock.worker.engine.LoadedModel;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;

/**
 * A model in memory and who uses it: it is freed when it was dropped and nobody does any more.
 * Thread-safe.
 */
public final class ResidentModel {
  private static final System.Logger LOG = System.getLogger(ResidentModel.class.getName());

  private final ModelPackage modelPackage;
  private final LoadedModel loaded;
  private final long loadNanos;
  private final Runnable jobEnded;
  private final Executor freeing;
  private int users = 1;

  /**
   * @param loadNanos how long loading and warming took
   * @param jobEnded told when a job of it has ended; may only note it
   * @param freeing frees it in the end: that takes a while, and whoever lets go last may be an
   *     event loop
   */
  public ResidentModel(
      ModelPackage modelPackage,
      LoadedModel loaded,
      long loadNanos,
      Runnable jobEnded,
      Executor freeing) {
    this.modelPackage = modelPackage;
    this.loaded = loaded;
    this.loadNanos = loadNanos;
    this.jobEnded = jobEnded;
    this.freeing = freeing;
  }

  public String id() {
    return modelPackage.id();
  }

  public String digest() {
    return modelPackage.digest();
  }

  public long loadNanos() {
    return loadNanos;
  }

  /** Bytes of the device's memory that it takes. */
  public long memory() {
    return loaded.memory();
  }

  /** Whether jobs hold it. */
  public synchronized boolean isInUse() {
    return users > 1;
  }

  /** Whether nobody can use it any more. */
  public synchronized boolean isGone() {
    return users == 0;
  }

  public int maxBatch() {
    return loaded.maxBatch();
  }

  /** Larger batches do not fit into memory; see {@link LoadedModel#limitBatch}. */
  void limitBatch(int most) {
    if (most < maxBatch()) {
      LOG.log(
          Level.WARNING,
          "Memory was short: batches of {0} have at most {1} jobs from now on.",
          id(),
          most);
      loaded.limitBatch(most);
    }
  }

  LoadedModel loaded() {
    return loaded;
  }

  /**
   * Keeps it in memory until {@link #release}.
   *
   * @return false when it is being freed
   */
  public synchronized boolean acquire() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  /** Ends the use by a job, see {@link #release}. */
  void releaseAfterJob() {
    jobEnded.run();
    release();
  }

  /**
   * Ends one use; called once for each {@link #acquire}, and once by whoever made it when it is
   * dropped. Never blocks.
   */
  public void release() {
    boolean last;
    synchronized (this) {
      last = --users == 0;
    }
    if (last) {
      freeing.execute(loaded::close);
    }
  }
}
