package dev.penstock.worker.shelf;

import dev.penstock.config.ByteSize;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.worker.engine.DeviceMemory;
import dev.penstock.worker.engine.ModelLoadException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Decides which models go so that another one fits: the least recently used first.
 *
 * <p><b>Against thrash</b> a model stays for some times what it took to load, as long as it has
 * work: with more busy models than fit, each is worth its load. One that was used and has no work
 * any more may go at once.
 *
 * <p><b>Preloaded models</b> go last, when another one would not fit otherwise. They are what
 * people expect to be warm; but a request for another model must not wait for ever.
 */
final class ModelRoom {
  /** A model with work stays for so many times its load: at most a fifth of the time is loading. */
  static final int LOADS_TO_STAY = 4;

  static final long LEAST_STAY_NANOS = TimeUnit.SECONDS.toNanos(1);
  static final long LONGEST_STAY_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** A model that nobody has used for so long has no work. */
  static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** When memory is short for another reason than models, it is looked at again after this. */
  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long budget;

  /**
   * @param budget bytes that all models may take together
   */
  ModelRoom(long budget) {
    this.budget = budget;
  }

  /**
   * A model in memory.
   *
   * @param usedNanos when a job of it came last, or it was loaded if none has
   * @param wasUsed whether any job has come
   * @param inUse whether jobs hold it now
   * @param preloaded whether it is expected to be there
   */
  record Occupant(
      String digest,
      long bytes,
      long loadedNanos,
      long loadNanos,
      long usedNanos,
      boolean wasUsed,
      boolean inUse,
      boolean preloaded) {
    /** For how long it stays yet, at least. */
    long staysFor(long now) {
      if (wasUsed && !inUse && now - usedNanos >= IDLE_NANOS) {
        return 0;
      }
      long stay =
          Math.max(LEAST_STAY_NANOS, Math.min(LONGEST_STAY_NANOS, LOADS_TO_STAY * loadNanos));
      return Math.max(0, stay - (now - loadedNanos));
    }

    private long lastUse(long now) {
      return inUse ? now : usedNanos;
    }
  }

  /** What is to be done about a model that is to be loaded. */
  sealed interface Plan {
    /** Load it. */
    record Fits() implements Plan {}

    /** Let these go, and ask again when their memory is free. */
    record Evict(List<String> digests) implements Plan {}

    /** Ask again when memory was freed, or after that time. */
    record Wait(long nanos) implements Plan {}
  }

  /** Bytes to make room for: as measured, or a guess that is refused only when it is sure. */
  long demand(DeviceMemory memory, ModelPackage modelPackage) {
    long files = modelPackage.files().stream().mapToLong(PackageFile::bytes).sum();
    return memory
        .measured(modelPackage)
        .orElseGet(() -> Math.max(files, Math.min(budget, memory.estimate(modelPackage))));
  }

  /**
   * @throws ModelLoadException when that is more than all models may take
   */
  void check(long bytes) throws ModelLoadException {
    if (bytes > budget) {
      throw new ModelLoadException(
          "it takes %s of memory, and this worker has %s for models (--max-memory)"
              .formatted(rounded(bytes), rounded(budget)));
    }
  }

  /**
   * @param demand bytes that the model will take, at most the budget
   * @param leaving bytes of models that have been let go and are not free yet
   * @param headroom bytes that the process may take, whatever the budget says
   */
  Plan plan(long demand, long leaving, long headroom, Collection<Occupant> occupants, long now) {
    long taken = leaving + occupants.stream().mapToLong(Occupant::bytes).sum();
    long missing = Math.max(taken - (budget - demand), demand - headroom);
    if (missing <= 0) {
      return new Plan.Fits();
    }
    if (missing <= leaving) {
      return new Plan.Wait(RETRY_NANOS);
    }
    return makeRoom(missing - leaving, occupants, now);
  }

  private static Plan makeRoom(long missing, Collection<Occupant> occupants, long now) {
    List<Occupant> others = occupants.stream().filter(each -> !each.preloaded()).toList();
    List<Occupant> mayGo = others.stream().filter(each -> each.staysFor(now) == 0).toList();
    List<Occupant> going = enough(goingFirst(mayGo, now), missing);
    if (!going.isEmpty()) {
      return new Plan.Evict(digests(going));
    }
    if (bytes(others) >= missing) {
      OptionalLong soonest =
          others.stream().mapToLong(each -> each.staysFor(now)).filter(stay -> stay > 0).min();
      return new Plan.Wait(Math.min(IDLE_NANOS, soonest.orElse(RETRY_NANOS)));
    }
    // It does not fit beside the preloaded ones.
    List<Occupant> all = enough(goingFirst(occupants, now), missing);
    if (all.isEmpty()) {
      return new Plan.Wait(RETRY_NANOS); // it is not models that take it
    }
    long stay = all.stream().mapToLong(each -> each.staysFor(now)).max().orElse(0);
    return stay > 0 ? new Plan.Wait(Math.min(IDLE_NANOS, stay)) : new Plan.Evict(digests(all));
  }

  private static List<Occupant> goingFirst(Collection<Occupant> occupants, long now) {
    return occupants.stream()
        .sorted(
            Comparator.comparing(Occupant::preloaded).thenComparingLong(each -> each.lastUse(now)))
        .toList();
  }

  /** The first ones that are enough; none when all are not. */
  private static List<Occupant> enough(List<Occupant> inOrder, long missing) {
    var going = new ArrayList<Occupant>();
    long freed = 0;
    for (Occupant each : inOrder) {
      if (freed >= missing) {
        break;
      }
      going.add(each);
      freed += each.bytes();
    }
    return freed >= missing ? going : List.of();
  }

  private static List<String> digests(List<Occupant> some) {
    return some.stream().map(Occupant::digest).toList();
  }

  private static long bytes(Collection<Occupant> occupants) {
    return occupants.stream().mapToLong(Occupant::bytes).sum();
  }

  private static ByteSize rounded(long bytes) {
    long megabyte = 1_000_000;
    return new ByteSize(Math.max(megabyte, bytes / megabyte * megabyte));
  }
}
