package dev.penstock.worker.shelf;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.config.PlainWords;
import dev.penstock.model.ModelPackage;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.shelf.ModelRoom.Plan;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one low-priority thread that loads and frees models, off the serving path.
 *
 * <p>Loads are done in the order they were asked for; one that waits for room keeps its place. The
 * thread never blocks for it, because freeing is its work, too. What is missing for another reason
 * than models is waited for only a short while: those behind it may fit. A package that is not on
 * this machine is fetched by other threads, and lines up again when it is.
 */
final class ModelLoader {
  private static final System.Logger LOG = System.getLogger(ModelLoader.class.getName());

  /** For so long a load waits for memory that no model takes. */
  static final long STARVED_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** For so long it is not tried again whether a package fits that nobody has to have. */
  static final long SPARE_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long CLOSE_PATIENCE_SECONDS = 5;
  private static final String LEAVING = "The worker is leaving and loads nothing more.";

  private final Device device;
  private final ModelRoom room;
  private final Occupancy occupancy;
  private final ModelShelf.PackageFinder packages;
  private final ModelShelf.Listener listener;
  private final Ticker ticker;
  private final LoadLine line = new LoadLine();
  private final ModelMoves moves;
  private final RoomSearch search;
  private final Refusals spare;

  /** When it is tried again to make room for the first in line, unless something happens before. */
  private @Nullable Future<?> nextLook;

  private volatile boolean closed;

  private final ScheduledExecutorService thread = ShelfThreads.loader();
  private final ExecutorService fetchers = ShelfThreads.fetchers();

  ModelLoader(
      Device device,
      ModelRoom room,
      Occupancy occupancy,
      ModelShelf.PackageFinder packages,
      ModelShelf.Listener listener,
      Ticker ticker) {
    this.device = device;
    this.room = room;
    this.occupancy = occupancy;
    this.packages = packages;
    this.listener = listener;
    this.ticker = ticker;
    this.moves = new ModelMoves(device, room, occupancy, listener, thread, this::serveNext, ticker);
    this.search = new RoomSearch(device, room, occupancy, ticker);
    this.spare = new Refusals(SPARE_PAUSE_NANOS, ticker);
  }

  /** See {@link ModelShelf#request}. Any thread. */
  CompletableFuture<ResidentModel> request(ModelRef model, Urgency urgency) {
    if (urgency == Urgency.IF_IT_FITS) {
      String refusal = spare.reason(model.digest());
      if (refusal != null) {
        return CompletableFuture.failedFuture(new ModelLoadException(refusal));
      }
    }
    try {
      return line.ask(model, urgency, this::lineUp).result;
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(new ModelLoadException(LEAVING, e));
    }
  }

  private void lineUp(Wanted model) {
    thread.execute(
        () -> {
          line.add(model);
          serveNext();
        });
  }

  /** One load at a time: what is to be freed gets its turn between two of them. */
  private void serveNext() {
    Wanted first = line.first();
    if (first != null && isServed(first)) {
      line.removeFirst();
      serveNextSoon();
    }
  }

  private void serveNextSoon() {
    if (closed) {
      serveNext(); // which only says so
    } else {
      thread.execute(this::serveNext);
    }
  }

  /** False when it waits for room. One that is fetched comes again when it is there. */
  private boolean isServed(Wanted model) {
    try {
      if (closed) {
        throw new ModelLoadException(LEAVING);
      } else if (model.isDropped()) {
        throw new ModelLoadException("it was unloaded before it was loaded");
      }
      Shelved already = occupancy.find(model.ref.digest());
      if (already != null) {
        // Asked for between its arrival and the end of its load. Loading it again would leave the
        // first one in memory for ever.
        arrived(model, already.model);
        return true;
      }
      moves.check(model.ref.digest());
      ModelPackage files = model.files(packages);
      if (files == null) {
        fetch(model);
        return true;
      }
      return isLoaded(model, files);
    } catch (Throwable e) {
      // Errors too: a library that does not fit or memory that is full is this model's failure, and
      // whoever waits for it must hear of it.
      failed(model, e);
      return true;
    }
  }

  private void fetch(Wanted model) {
    fetchers.execute(
        () -> {
          if (!closed) {
            model.fetch(packages);
          }
          try {
            lineUp(model);
          } catch (RejectedExecutionException e) {
            model.result.completeExceptionally(new ModelLoadException(LEAVING, e));
          }
        });
  }

  private boolean isLoaded(Wanted model, ModelPackage files) throws ModelLoadException {
    Demand demand = room.demand(device.memory(), files);
    room.check(demand.least());
    Urgency urgency = model.urgency();
    Plan plan = search.plan(model, urgency == Urgency.PRELOAD ? demand.ofPreload() : demand);
    if (plan instanceof Plan.Fits) {
      return isLoadedNow(model, files);
    } else if (urgency != Urgency.NEEDED) {
      if (line.isOver(model, urgency)) {
        throw ModelMoves.doesNotFit();
      }
      return isLoaded(model, files); // somebody needs it by now
    }
    if (plan instanceof Plan.Evict evict) {
      moves.evict(evict.digests(), model.ref);
    } else if (plan instanceof Plan.Wait wait) {
      waits(model, "waits for room", wait.nanos());
    } else if (plan instanceof Plan.Starve) {
      starves(model, files, demand);
    }
    return false;
  }

  private void waits(Wanted model, String why, long nanos) {
    if (model.waitsFirst()) {
      LOG.log(Level.INFO, "{0} {1}", model.ref.model(), why);
    }
    if (nextLook != null) {
      nextLook.cancel(false);
    }
    nextLook = thread.schedule(this::serveNext, nanos, TimeUnit.NANOSECONDS);
  }

  private void starves(Wanted model, ModelPackage files, Demand demand) throws ModelLoadException {
    String shortage = room.shortage(demand, device.memory(), files);
    if (model.starvedFor(ticker.nanos()) >= STARVED_NANOS) {
      throw new ModelLoadException(shortage, null, true);
    }
    waits(model, "waits for memory: " + shortage, ModelRoom.RETRY_NANOS);
  }

  /** False when the device had less memory than was thought, and another model goes for it. */
  private boolean isLoadedNow(Wanted model, ModelPackage files) throws ModelLoadException {
    try {
      arrived(model, moves.load(files, model.urgency()));
      return true;
    } catch (ModelLoadException e) {
      if (!e.isOutOfMemory() || model.urgency() != Urgency.NEEDED) {
        throw e;
      }
      Occupancy.Look look = occupancy.look();
      if (look.isEmpty()) {
        moves.doesNotFitAtAll(files.digest(), e);
        throw e;
      }
      model.shortBeside(Set.copyOf(look.digests()));
      waits(model, "waits for room: " + e.getMessage(), 0);
      return false;
    }
  }

  private void arrived(Wanted model, ResidentModel resident) {
    line.over(model);
    listener.loaded(resident);
    model.result.complete(resident);
    if (model.isDropped()) {
      moves.unload(resident.digest());
    }
  }

  private void failed(Wanted model, Throwable e) {
    line.over(model);
    String reason = PlainWords.of(e);
    if (!(e instanceof ModelLoadException)) {
      LOG.log(Level.ERROR, "Loading " + model.ref.model() + " failed.", e);
    }
    if (model.urgency() == Urgency.IF_IT_FITS) {
      spare.add(model.ref.digest(), reason);
    }
    boolean mattersToNobody =
        model.urgency() != Urgency.NEEDED
            && e instanceof ModelLoadException failure
            && failure.isOutOfMemory();
    LOG.log(
        mattersToNobody ? Level.DEBUG : Level.WARNING,
        "Could not load {0}: {1}",
        model.ref.model(),
        reason);
    if (!mattersToNobody) {
      listener.failed(model.ref, reason);
    }
    model.result.completeExceptionally(e);
  }

  /** See {@link ModelShelf#drop}. Any thread. */
  void drop(String digest) {
    Wanted coming = line.find(digest);
    if (coming != null) {
      coming.drop();
      lookAgain();
    }
    moves.unload(digest);
  }

  private void lookAgain() {
    try {
      thread.execute(this::serveNext);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, LEAVING);
    }
  }

  /** Loads nothing more and frees everything. Blocks until a load that is under way has ended. */
  void close() {
    closed = true;
    fetchers.shutdownNow().forEach(Runnable::run);
    if (!thread.isShutdown()) {
      // Whoever waits for room is to hear. What is queued is not thrown away: models are to be
      // freed.
      thread.execute(this::serveNext);
      thread.shutdown();
    }
    try {
      if (!thread.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
        LOG.log(Level.WARNING, "A model is still being loaded; it ends with the process.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    occupancy.models().forEach(model -> moves.unload(model.digest()));
  }
}
