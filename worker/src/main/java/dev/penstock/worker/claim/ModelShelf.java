package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.model.ModelPackage;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The models in memory, by digest, and the one low-priority thread that loads more of them, off the
 * serving path.
 */
final class ModelShelf implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ModelShelf.class.getName());

  /** Serving goes first where the system heeds it; nothing depends on it. */
  private static final int LOADER_PRIORITY = Thread.MIN_PRIORITY;

  private static final long CLOSE_PATIENCE_SECONDS = 5;
  private static final String LEAVING = "The worker is leaving and loads nothing more.";

  private final Device device;
  private final PackageFinder packages;
  private final Listener listener;
  private final Ticker ticker;
  private final Map<String, ResidentModel> residents = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<ResidentModel>> loading = new ConcurrentHashMap<>();

  private volatile boolean closed;

  @SuppressWarnings("ThreadPriorityCheck") // a hint, see above
  private final ExecutorService loader =
      Executors.newSingleThreadExecutor(
          task -> {
            var thread = new Thread(task, "penstock-model-loader");
            thread.setDaemon(true);
            thread.setPriority(LOADER_PRIORITY);
            return thread;
          });

  /** Finds the files of a package, fetching them when they are not on this machine. */
  interface PackageFinder {
    /**
     * Blocks.
     *
     * @throws ModelLoadException when nobody has it, with the reason
     */
    ModelPackage find(ModelRef model) throws ModelLoadException;
  }

  /** Told on the loader's thread. */
  interface Listener {
    void loaded(ResidentModel model);

    void failed(ModelRef model, String reason);

    /** The set of models in memory is another one now. */
    void changed();
  }

  ModelShelf(Device device, PackageFinder packages, Listener listener, Ticker ticker) {
    this.device = device;
    this.packages = packages;
    this.listener = listener;
    this.ticker = ticker;
  }

  Collection<ResidentModel> residents() {
    return residents.values();
  }

  List<Resident> state() {
    return residents.values().stream()
        .map(model -> new Resident(model.id(), model.digest(), model.loadNanos()))
        .toList();
  }

  /** The model for one job, to be released after it, or null when it is not in memory. */
  @Nullable ResidentModel acquire(String digest) {
    ResidentModel model = residents.get(digest);
    return model != null && model.acquire() ? model : null;
  }

  /**
   * Loads a model if it is not in memory or on its way; completes with it, or fails with a {@link
   * ModelLoadException}.
   */
  CompletableFuture<ResidentModel> request(ModelRef model) {
    ResidentModel resident = residents.get(model.digest());
    if (resident != null) {
      return CompletableFuture.completedFuture(resident);
    }
    try {
      return loading.computeIfAbsent(
          model.digest(),
          digest -> {
            var loaded = new CompletableFuture<ResidentModel>();
            loader.execute(() -> load(model, loaded));
            return loaded;
          });
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(new ModelLoadException(LEAVING, e));
    }
  }

  private void load(ModelRef ref, CompletableFuture<ResidentModel> result) {
    ResidentModel already = residents.get(ref.digest());
    if (already != null) {
      // Asked for between its arrival and the end of its load. Loading it again would leave the
      // first one in memory for ever.
      loading.remove(ref.digest());
      listener.loaded(already);
      result.complete(already);
      return;
    }
    long started = ticker.nanos();
    try {
      if (closed) {
        throw new ModelLoadException(LEAVING);
      }
      ModelPackage files = packages.find(ref);
      LoadedModel loaded = device.load(files);
      var model = new ResidentModel(files, loaded, ticker.nanos() - started, this::free);
      residents.put(ref.digest(), model);
      loading.remove(ref.digest());
      LOG.log(
          Level.INFO,
          "loaded {0} on {1} in {2} ms, batches of up to {3}",
          ref.model(),
          device.label(),
          TimeUnit.NANOSECONDS.toMillis(model.loadNanos()),
          model.maxBatch());
      listener.changed();
      listener.loaded(model);
      result.complete(model);
    } catch (Throwable e) {
      // Errors too: a library that does not fit or memory that is full is this model's failure, and
      // whoever waits for it must hear of it.
      String reason =
          e instanceof ModelLoadException ? String.valueOf(e.getMessage()) : e.toString();
      LOG.log(Level.WARNING, "Could not load " + ref.model() + ": " + reason);
      loading.remove(ref.digest());
      listener.failed(ref, reason);
      result.completeExceptionally(e);
    }
  }

  /**
   * Forgets a model, also one that is on its way; it is freed when no job uses it any more. Returns
   * at once: freeing takes a while and is the loader's.
   */
  void drop(String digest) {
    CompletableFuture<ResidentModel> coming = loading.get(digest);
    if (coming != null) {
      CompletableFuture<Void> unused = coming.thenRun(() -> drop(digest));
    }
    ResidentModel model = residents.remove(digest);
    if (model != null) {
      LOG.log(Level.INFO, "unloaded {0}", model.id());
      listener.changed();
      model.release();
    }
  }

  private void free(Runnable freeing) {
    try {
      loader.execute(freeing);
    } catch (RejectedExecutionException e) {
      // Closed: nobody is served any more who could be kept waiting.
      freeing.run();
    }
  }

  /** Frees everything. Blocks until a load that is under way has ended. */
  @Override
  public void close() {
    closed = true;
    // What is queued is not thrown away: models are to be freed, and whoever waits is to hear.
    loader.shutdown();
    try {
      if (!loader.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        loader.shutdownNow();
        LOG.log(Level.WARNING, "A model is still being loaded; it ends with the process.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    residents.keySet().forEach(this::drop);
  }
}
