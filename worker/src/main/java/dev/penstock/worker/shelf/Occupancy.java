package dev.penstock.worker.shelf;

import dev.penstock.worker.batch.ResidentModel;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The models in memory, by digest, and what those take that were let go. Thread-safe.
 *
 * <p>INVARIANT: the memory of a model counts until it is free, not until it was let go: jobs may
 * use it a while longer. While it is let go it may count twice, never not at all.
 */
final class Occupancy {
  private final Map<String, Shelved> shelved = new ConcurrentHashMap<>();

  /** Those that were let go while somebody used them. */
  private final Map<String, ResidentModel> inUse = new ConcurrentHashMap<>();

  /** Ids of models that are to stay, whichever package of them is loaded, and how often. */
  private final Set<String> preloaded = ConcurrentHashMap.newKeySet();

  /** Bytes of models that were let go and are not free yet. */
  private final AtomicLong leaving = new AtomicLong();

  /**
   * What takes memory.
   *
   * @param leaving bytes of models that were let go and are not free yet
   */
  record Look(List<ModelRoom.Occupant> occupants, long leaving) {
    List<String> digests() {
      return occupants.stream().map(ModelRoom.Occupant::digest).toList();
    }

    boolean isEmpty() {
      return occupants.isEmpty() && leaving == 0;
    }

    /** Bytes of all of it. */
    long bytes() {
      return leaving + occupants.stream().mapToLong(ModelRoom.Occupant::bytes).sum();
    }
  }

  Look look() {
    // In this order, see above.
    List<ModelRoom.Occupant> occupants =
        shelved.values().stream()
            .map(each -> each.occupant(preloaded.contains(each.model.id())))
            .toList();
    return new Look(occupants, leaving.get());
  }

  Collection<ResidentModel> models() {
    return shelved.values().stream().map(each -> each.model).toList();
  }

  @Nullable Shelved find(String digest) {
    return shelved.get(digest);
  }

  void preloads(String id) {
    preloaded.add(id);
  }

  void put(Shelved model) {
    shelved.put(model.model.digest(), model);
  }

  /** Lets one go; null when it is not there. */
  @Nullable ResidentModel remove(String digest) {
    Shelved gone = shelved.get(digest);
    if (gone == null) {
      return null;
    }
    leaving.addAndGet(gone.model.memory());
    if (!shelved.remove(digest, gone)) {
      leaving.addAndGet(-gone.model.memory());
      return null;
    }
    inUse.put(digest, gone.model);
    return gone.model;
  }

  /** One that was let go and may still be in memory, because somebody uses it. */
  @Nullable ResidentModel findLeaving(String digest) {
    return inUse.get(digest);
  }

  /** What was let go is free. */
  void freed(String digest, long bytes) {
    leaving.addAndGet(-bytes);
    inUse.computeIfPresent(digest, (key, model) -> model.isGone() ? null : model);
  }
}
