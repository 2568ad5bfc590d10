package dev.penstock.worker.shelf;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.model.ModelPackage;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.DeviceMemory;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.shelf.ModelRoom.Plan;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The models in memory, by digest, and the one low-priority thread that loads more of them, off the
 * serving path. When they do not all fit, {@link ModelRoom} says which of them go.
 *
 * <p>Loads are done in the order they were asked for; one that waits for room keeps its place. The
 * loader never blocks for it, because freeing is its work, too.
 *
 * <p>INVARIANT: the memory of a model counts until it is free, not until it was let go: jobs may
 * use it a while longer.
 */
public final class ModelShelf implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ModelShelf.class.getName());

  /** Serving goes first where the system heeds it; nothing depends on it. */
  private static final int LOADER_PRIORITY = Thread.MIN_PRIORITY;

  private static final long CLOSE_PATIENCE_SECONDS = 5;
  private static final String LEAVING = "The worker is leaving and loads nothing more.";

  private final Device device;
  private final ModelRoom room;
  private final PackageFinder packages;
  private final Listener listener;
  private final Ticker ticker;
  private final Map<String, Shelved> shelved = new ConcurrentHashMap<>();
  private final Map<String, Wanted> wanted = new ConcurrentHashMap<>();

  /** What is wanted, in the order of its loads; the loader's. */
  private final Deque<Wanted> line = new ArrayDeque<>();

  /** When it is tried again to make room for the first in line, unless something happens before. */
  private @Nullable Future<?> nextLook;

  /** Bytes of models that were let go and are not free yet. */
  private final AtomicLong leaving = new AtomicLong();

  private volatile boolean closed;

  @SuppressWarnings("ThreadPriorityCheck") // a hint, see above
  private final ScheduledExecutorService loader =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "penstock-model-loader");
            thread.setDaemon(true);
            thread.setPriority(LOADER_PRIORITY);
            return thread;
          });

  /** Finds the files of a package, fetching them when they are not on this machine. */
  public interface PackageFinder {
    /**
     * Blocks.
     *
     * @throws ModelLoadException when nobody has it, with the reason
     */
    ModelPackage find(ModelRef model) throws ModelLoadException;
  }

  /** Told on the loader's thread. */
  public interface Listener {
    void loaded(ResidentModel model);

    void failed(ModelRef model, String reason);

    /** The set of models in memory is another one now. */
    void changed();
  }

  /**
   * @param budget bytes that all models may take together
   */
  public ModelShelf(
      Device device, long budget, PackageFinder packages, Listener listener, Ticker ticker) {
    this.device = device;
    this.room = new ModelRoom(budget);
    this.packages = packages;
    this.listener = listener;
    this.ticker = ticker;
  }

  public Collection<ResidentModel> residents() {
    return shelved.values().stream().map(each -> each.model).toList();
  }

  public List<Resident> state() {
    return residents().stream()
        .map(model -> new Resident(model.id(), model.digest(), model.loadNanos()))
        .toList();
  }

  /** The model for one job, to be released after it, or null when it is not in memory. */
  public @Nullable ResidentModel acquire(String digest) {
    Shelved found = shelved.get(digest);
    if (found == null || !found.model.acquire()) {
      return null;
    }
    found.used(ticker.nanos());
    return found.model;
  }

  /**
   * Loads a model if it is not in memory or on its way; completes with it, or fails with a {@link
   * ModelLoadException}. Others go when it does not fit beside them.
   */
  public CompletableFuture<ResidentModel> request(ModelRef model) {
    return request(model, false);
  }

  /**
   * Loads a model that is to stay if it can. Nothing goes for it: it fails when it does not fit
   * beside what is there.
   */
  public CompletableFuture<ResidentModel> preload(ModelRef model) {
    return request(model, true);
  }

  private CompletableFuture<ResidentModel> request(ModelRef model, boolean preload) {
    Shelved found = shelved.get(model.digest());
    if (found != null) {
      return CompletableFuture.completedFuture(found.model);
    }
    try {
      return wanted.computeIfAbsent(model.digest(), digest -> lineUp(new Wanted(model, preload)))
          .result;
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(new ModelLoadException(LEAVING, e));
    }
  }

  private Wanted lineUp(Wanted model) {
    loader.execute(
        () -> {
          line.add(model);
          serveNext();
        });
    return model;
  }

  /** One load at a time: what is to be freed gets its turn between two of them. */
  private void serveNext() {
    Wanted first = line.peek();
    if (first != null && isServed(first)) {
      line.remove();
      serveNextSoon();
    }
  }

  private void serveNextSoon() {
    if (closed) {
      serveNext(); // which only says so
    } else {
      loader.execute(this::serveNext);
    }
  }

  /** False when it waits for room. */
  private boolean isServed(Wanted model) {
    try {
      if (closed) {
        throw new ModelLoadException(LEAVING);
      }
      Shelved already = shelved.get(model.ref.digest());
      if (already != null) {
        // Asked for between its arrival and the end of its load. Loading it again would leave the
        // first one in memory for ever.
        arrived(model, already.model);
        return true;
      }
      return isLoaded(model, model.files(packages));
    } catch (Throwable e) {
      // Errors too: a library that does not fit or memory that is full is this model's failure, and
      // whoever waits for it must hear of it.
      failed(model, e);
      return true;
    }
  }

  private boolean isLoaded(Wanted model, ModelPackage files) throws ModelLoadException {
    DeviceMemory memory = device.memory();
    long demand = room.demand(memory, files);
    room.check(demand);
    Plan plan = room.plan(demand, leaving.get(), memory.headroom(), occupants(), ticker.nanos());
    if (plan instanceof Plan.Fits) {
      return isLoadedNow(model, files);
    }
    if (model.preload) {
      throw new ModelLoadException(
          "it does not fit into memory beside the others that are preloaded (--max-memory)",
          null,
          true);
    }
    if (plan instanceof Plan.Evict evict) {
      evict.digests().forEach(digest -> evict(digest, model.ref));
    } else if (plan instanceof Plan.Wait wait) {
      lookAgainAfter(wait.nanos());
    }
    return false;
  }

  private void lookAgainAfter(long nanos) {
    if (nextLook != null) {
      nextLook.cancel(false);
    }
    nextLook = loader.schedule(this::serveNext, nanos, TimeUnit.NANOSECONDS);
  }

  /** False when the device had less memory than was thought, and another model goes for it. */
  private boolean isLoadedNow(Wanted model, ModelPackage files) throws ModelLoadException {
    try {
      load(model, files);
      return true;
    } catch (ModelLoadException e) {
      Optional<ModelRoom.Occupant> eldest =
          occupants().stream()
              .filter(each -> !each.preloaded())
              .min(Comparator.comparingLong(ModelRoom.Occupant::usedNanos));
      if (!e.isOutOfMemory() || model.preload || eldest.isEmpty()) {
        throw e;
      }
      evict(eldest.get().digest(), model.ref);
      return false;
    }
  }

  private void load(Wanted model, ModelPackage files) throws ModelLoadException {
    long started = ticker.nanos();
    LoadedModel loaded = loaded(files);
    long now = ticker.nanos();
    var resident =
        new ResidentModel(files, loaded, now - started, freeing -> free(freeing, loaded.memory()));
    shelved.put(files.digest(), new Shelved(resident, model.preload, now));
    LOG.log(
        Level.INFO,
        "loaded {0} on {1} in {2} ms, batches of up to {3}, {4} MB",
        model.ref.model(),
        device.label(),
        TimeUnit.NANOSECONDS.toMillis(resident.loadNanos()),
        resident.maxBatch(),
        resident.memory() / 1_000_000);
    listener.changed();
    arrived(model, resident);
  }

  private LoadedModel loaded(ModelPackage files) throws ModelLoadException {
    LoadedModel loaded = device.load(files);
    try {
      room.check(loaded.memory());
      return loaded;
    } catch (ModelLoadException e) {
      loaded.close();
      throw e;
    }
  }

  private void arrived(Wanted model, ResidentModel resident) {
    wanted.remove(model.ref.digest());
    listener.loaded(resident);
    model.result.complete(resident);
  }

  private void failed(Wanted model, Throwable e) {
    String reason = e instanceof ModelLoadException ? String.valueOf(e.getMessage()) : e.toString();
    LOG.log(Level.WARNING, "Could not load " + model.ref.model() + ": " + reason);
    wanted.remove(model.ref.digest());
    listener.failed(model.ref, reason);
    model.result.completeExceptionally(e);
  }

  private List<ModelRoom.Occupant> occupants() {
    return shelved.values().stream().map(Shelved::occupant).toList();
  }

  private void evict(String digest, ModelRef by) {
    LOG.log(Level.INFO, "making room for {0}", by.model());
    drop(digest);
  }

  /**
   * Forgets a model, also one that is on its way; it is freed when no job uses it any more. Returns
   * at once: freeing takes a while and is the loader's.
   */
  public void drop(String digest) {
    Wanted coming = wanted.get(digest);
    if (coming != null) {
      CompletableFuture<Void> unused = coming.result.thenRun(() -> drop(digest));
    }
    Shelved gone = shelved.remove(digest);
    if (gone != null) {
      leaving.addAndGet(gone.model.memory());
      LOG.log(Level.INFO, "unloaded {0}", gone.model.id());
      listener.changed();
      gone.model.release();
    }
  }

  private void free(Runnable freeing, long bytes) {
    try {
      loader.execute(
          () -> {
            freeing.run();
            leaving.addAndGet(-bytes);
            serveNext();
          });
    } catch (RejectedExecutionException e) {
      // Closed: nobody is served any more who could be kept waiting.
      freeing.run();
    }
  }

  /** Frees everything. Blocks until a load that is under way has ended. */
  @Override
  public void close() {
    closed = true;
    if (!loader.isShutdown()) {
      // Whoever waits for room is to hear. What is queued is not thrown away: models are to be
      // freed.
      loader.execute(this::serveNext);
      loader.shutdown();
    }
    try {
      if (!loader.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        loader.shutdownNow();
        LOG.log(Level.WARNING, "A model is still being loaded; it ends with the process.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    shelved.keySet().forEach(this::drop);
  }
}
