package dev.penstock.worker.shelf;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.model.ModelPackage;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.ModelLoadException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The models in memory, by digest. More are loaded by {@link ModelLoader}; when they do not all
 * fit, {@link ModelRoom} says which of them go. Safe for any thread.
 */
public final class ModelShelf implements AutoCloseable {
  private final Occupancy occupancy = new Occupancy();
  private final ModelLoader loader;

  /** Finds the files of a package. */
  public interface PackageFinder {
    /**
     * The package, if it is on this machine. Reads its files.
     *
     * @throws ModelLoadException when what is here cannot be read
     */
    @Nullable ModelPackage find(ModelRef model) throws ModelLoadException;

    /**
     * Brings the package to this machine. Blocks, perhaps for minutes; several threads may call it.
     *
     * @throws ModelLoadException when nobody has it, with the reason
     */
    ModelPackage fetch(ModelRef model) throws ModelLoadException;
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
    this.loader =
        new ModelLoader(device, new ModelRoom(budget), occupancy, packages, listener, ticker);
  }

  public Collection<ResidentModel> residents() {
    return occupancy.models();
  }

  public List<Resident> state() {
    return residents().stream()
        .map(model -> new Resident(model.id(), model.digest(), model.loadNanos()))
        .toList();
  }

  /**
   * The model for one job, to be released after it, or null when it is not in memory. One that was
   * let go is there as long as somebody holds it: jobs that were claimed before need no load.
   */
  public @Nullable ResidentModel acquire(String digest) {
    Shelved found = occupancy.find(digest);
    if (found != null && found.model.acquire()) {
      found.used();
      return found.model;
    }
    ResidentModel leaving = occupancy.findLeaving(digest);
    return leaving != null && leaving.acquire() ? leaving : null;
  }

  /**
   * Loads a model if it is not in memory or on its way; completes with it, or fails with a {@link
   * ModelLoadException}. Others go when it does not fit beside them.
   */
  public CompletableFuture<ResidentModel> request(ModelRef model) {
    return request(model, Urgency.NEEDED);
  }

  /**
   * Loads a model that is to stay if it can. Nothing goes for it: it fails when it does not fit
   * beside what is there, and the listener does not hear of that.
   */
  public CompletableFuture<ResidentModel> preload(ModelRef model) {
    occupancy.preloads(model.model());
    return request(model, Urgency.PRELOAD);
  }

  /**
   * Loads a model that another worker is to have, to lend it a hand. Nothing goes for it; what did
   * not fit is not tried again for a while, and the listener does not hear of it.
   */
  public CompletableFuture<ResidentModel> requestIfItFits(ModelRef model) {
    return request(model, Urgency.IF_IT_FITS);
  }

  private CompletableFuture<ResidentModel> request(ModelRef model, Urgency urgency) {
    Shelved found = occupancy.find(model.digest());
    return found == null
        ? loader.request(model, urgency)
        : CompletableFuture.completedFuture(found.model);
  }

  /**
   * Forgets a model, also one that is on its way; it is freed when no job uses it any more. Returns
   * at once: freeing takes a while and is the loader's.
   */
  public void drop(String digest) {
    loader.drop(digest);
  }

  /** Frees everything. Blocks until a load that is under way has ended. */
  @Override
  public void close() {
    loader.close();
  }
}
