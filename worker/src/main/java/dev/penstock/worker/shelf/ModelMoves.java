package dev.penstock.worker.shelf;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelPackage;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Moves models into memory and out of it. The loader's, but for {@link #unload}. */
final class ModelMoves {
  private static final System.Logger LOG = System.getLogger(ModelMoves.class.getName());

  /** For so long a package that does not fit at all is not tried again: all others go for a try. */
  static final long MISFIT_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Device device;
  private final ModelRoom room;
  private final Occupancy occupancy;
  private final ModelShelf.Listener listener;
  private final Executor loader;
  private final Runnable freed;
  private final Ticker ticker;
  private final Refusals misfits;

  /**
   * @param loader runs what frees a model, until it is closed
   * @param freed called when there is more memory, on the loader
   */
  ModelMoves(
      Device device,
      ModelRoom room,
      Occupancy occupancy,
      ModelShelf.Listener listener,
      Executor loader,
      Runnable freed,
      Ticker ticker) {
    this.device = device;
    this.room = room;
    this.occupancy = occupancy;
    this.listener = listener;
    this.loader = loader;
    this.freed = freed;
    this.ticker = ticker;
    this.misfits = new Refusals(MISFIT_NANOS, ticker);
  }

  /**
   * @throws ModelLoadException when it was seen a short while ago that it does not fit, alone
   */
  void check(String digest) throws ModelLoadException {
    String misfit = misfits.reason(digest);
    if (misfit != null) {
      throw new ModelLoadException(misfit);
    }
  }

  /** The device has no memory for it although nothing else is there. */
  void doesNotFitAtAll(String digest, ModelLoadException reason) {
    misfits.add(digest, String.valueOf(reason.getMessage()));
  }

  /** Others go when it proves to take more than was thought, if it is needed. */
  ResidentModel load(ModelPackage files, Urgency urgency) throws ModelLoadException {
    long started = ticker.nanos();
    LoadedModel loaded = loaded(files, urgency);
    long now = ticker.nanos();
    var uses = new Uses(ticker);
    var resident =
        new ResidentModel(
            files,
            loaded,
            now - started,
            uses::now,
            freeing -> freeSoon(freeing, files.digest(), loaded.memory()));
    occupancy.put(new Shelved(resident, now, uses));
    LOG.log(
        Level.INFO,
        "loaded {0} on {1} in {2} ms, batches of up to {3}, {4} MB",
        files.id(),
        device.label(),
        TimeUnit.NANOSECONDS.toMillis(resident.loadNanos()),
        resident.maxBatch(),
        resident.memory() / 1_000_000);
    listener.changed();
    List<String> tooMany = room.beyond(occupancy.look().occupants(), files.digest(), now);
    evict(tooMany, new ModelRef(files.id(), files.digest()));
    return resident;
  }

  private LoadedModel loaded(ModelPackage files, Urgency urgency) throws ModelLoadException {
    LoadedModel loaded = device.load(files);
    try {
      room.check(loaded.memory());
    } catch (ModelLoadException e) {
      loaded.close();
      doesNotFitAtAll(files.digest(), e);
      throw e;
    }
    if (urgency != Urgency.NEEDED && !room.has(loaded.memory(), occupancy.look())) {
      loaded.close();
      throw doesNotFit();
    }
    return loaded;
  }

  static ModelLoadException doesNotFit() {
    return new ModelLoadException(
        "it does not fit into memory beside the others that are there (--max-memory)", null, true);
  }

  void evict(Collection<String> digests, ModelRef by) {
    for (String digest : digests) {
      LOG.log(Level.INFO, "making room for {0}", by.model());
      unload(digest);
    }
  }

  /** Lets one go, if it is there; it is freed when nobody uses it any more. Any thread. */
  void unload(String digest) {
    ResidentModel gone = occupancy.remove(digest);
    if (gone != null) {
      LOG.log(Level.INFO, "unloaded {0}", gone.id());
      listener.changed();
      gone.release();
    }
  }

  private void freeSoon(Runnable freeing, String digest, long bytes) {
    try {
      loader.execute(() -> free(freeing, digest, bytes));
    } catch (RejectedExecutionException e) {
      // Closed: nobody is served any more who could be kept waiting.
      freeing.run();
    }
  }

  private void free(Runnable freeing, String digest, long bytes) {
    try {
      freeing.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A model that was let go could not be freed.", e);
    } finally {
      occupancy.freed(digest, bytes);
      freed.run();
    }
  }
}
