package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.NextBatch;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this worker is up to as a whole. While something keeps it from serving it takes no jobs, has
 * handed back those it had not started, and says why.
 *
 * <p>INVARIANT: what routers hear last is how it is. Looking and telling are one step under one
 * lock, or one thread could tell what it saw before another one told something newer.
 */
final class Standing {
  private static final System.Logger LOG = System.getLogger(Standing.class.getName());

  private final NextBatch next;
  private final Consumer<Collection<ClaimedJob>> handBack;
  private final Supplier<List<Resident>> residents;
  private final Supplier<List<Progress>> progress;
  private final Consumer<State> broadcast;
  private final Map<Obstacle, String> obstacles = new EnumMap<>(Obstacle.class);
  private WorkerState state = WorkerState.LOADING;

  /** What may keep a worker from serving. */
  enum Obstacle {
    DEVICE,
    ROUTERS
  }

  /**
   * @param residents the models in memory
   * @param progress how far it knows the queues to be
   * @param broadcast tells every router; must not block
   */
  Standing(
      NextBatch next,
      Consumer<Collection<ClaimedJob>> handBack,
      Supplier<List<Resident>> residents,
      Supplier<List<Progress>> progress,
      Consumer<State> broadcast) {
    this.next = next;
    this.handBack = handBack;
    this.residents = residents;
    this.progress = progress;
    this.broadcast = broadcast;
  }

  synchronized boolean isReady() {
    return now() == WorkerState.READY;
  }

  /** It serves from now on, unless something is in the way. */
  synchronized void ready() {
    state = WorkerState.READY;
    tell();
  }

  /** It takes nothing more, for good. */
  synchronized void draining() {
    state = WorkerState.DRAINING;
    tell();
  }

  /** The set of models in memory is another one. */
  synchronized void residentsChanged() {
    tell();
  }

  /**
   * Something is in the way.
   *
   * @param reason what it is, for the log and for {@code /status}
   */
  synchronized void hinder(Obstacle obstacle, String reason) {
    if (reason.equals(obstacles.put(obstacle, reason))) {
      return;
    }
    List<ClaimedJob> waiting = next.pause();
    LOG.log(
        Level.ERROR,
        "This worker takes no jobs until that is over: {0} ({1} jobs handed back)",
        reason,
        waiting.size());
    handBack.accept(waiting);
    tell();
  }

  /** Something is in the way no longer. */
  synchronized void clear(Obstacle obstacle) {
    if (obstacles.remove(obstacle) == null) {
      return;
    }
    if (obstacles.isEmpty()) {
      LOG.log(Level.INFO, "This worker takes jobs again.");
      next.resume();
    }
    tell();
  }

  /** Tells a router that has just been reached. */
  synchronized void tellTo(Consumer<State> router) {
    router.accept(current());
  }

  private void tell() {
    broadcast.accept(current());
  }

  private State current() {
    return new State(now(), residents.get(), progress.get(), reason());
  }

  private WorkerState now() {
    return state == WorkerState.READY && !obstacles.isEmpty() ? WorkerState.FAILING : state;
  }

  private @Nullable String reason() {
    return now() == WorkerState.FAILING ? String.join("; ", obstacles.values()) : null;
  }
}
