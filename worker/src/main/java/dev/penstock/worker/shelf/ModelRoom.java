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

  /** Well below the time that requests have: one that waits for room is to be answered, too. */
  static final long LONGEST_STAY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A model that no job has come for stays for so long: those it was loaded for may have gone. */
  static final long UNUSED_STAY_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** A model that nobody has used for so long has no work. */
  static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** When nobody can say when there will be memory, it is looked at again after this. */
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
   * @param usedNanos when a job of it came or ended last, or it was loaded if none has
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
      long longest = wasUsed ? LONGEST_STAY_NANOS : UNUSED_STAY_NANOS;
      long stay = Math.max(LEAST_STAY_NANOS, Math.min(longest, LOADS_TO_STAY * loadNanos));
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

    /** It is not models that take what is missing: ask again soon, but not for ever. */
    record Starve() implements Plan {}
  }

  /**
   * What to make room for: as it was measured, or a guess. Neither refuses a model by itself: a
   * measurement may have been disturbed.
   */
  Demand demand(DeviceMemory memory, ModelPackage modelPackage) {
    long files = modelPackage.files().stream().mapToLong(PackageFile::bytes).sum();
    OptionalLong measured = memory.measured(modelPackage);
    long thought = measured.orElseGet(() -> memory.estimate(modelPackage));
    return new Demand(Math.max(files, Math.min(budget, thought)), files, measured.isPresent());
  }

  /**
   * @throws ModelLoadException when that is more than all models may take
   */
  void check(long bytes) throws ModelLoadException {
    if (bytes > budget) {
      throw new ModelLoadException(
          "it takes %s of memory, and this worker has %s for models (--max-memory)"
              .formatted(ByteSize.rounded(bytes), ByteSize.rounded(budget)));
    }
  }

  /**
   * @param headroom bytes that the process may take, whatever the budget says
   */
  Plan plan(Demand demand, long headroom, Occupancy.Look look, long now) {
    long all = look.bytes();
    long bytes = demand.within(headroom > Long.MAX_VALUE - all ? headroom : headroom + all);
    long missing = Math.max(all - (budget - bytes), bytes - headroom);
    if (missing <= 0) {
      return new Plan.Fits();
    }
    if (missing <= look.leaving()) {
      return new Plan.Wait(RETRY_NANOS);
    }
    return makeRoom(missing - look.leaving(), look.occupants(), now);
  }

  /** The device has less than was thought: one more is to go. */
  Plan oneGoes(Collection<Occupant> occupants, long now) {
    return makeRoom(1, occupants, now);
  }

  /** Whether there is room for so many bytes more. */
  boolean has(long bytes, Occupancy.Look look) {
    return bytes <= budget - look.bytes();
  }

  /**
   * Those that go because all together have become too many.
   *
   * @param fresh the one that has just been loaded, which stays
   */
  List<String> beyond(Collection<Occupant> occupants, String fresh, long now) {
    List<Occupant> others =
        occupants.stream().filter(each -> !each.digest().equals(fresh)).toList();
    return digests(enough(goingFirst(others, now), bytes(occupants) - budget));
  }

  /** For the client: why it is not loaded although all other models might go. */
  String shortage(Demand demand, DeviceMemory memory, ModelPackage modelPackage) {
    return "it takes %s of memory and %s can be taken, because %s"
        .formatted(
            ByteSize.rounded(demand.likely()),
            ByteSize.rounded(Math.max(0, memory.headroom())),
            memory.shortage(modelPackage));
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
      return new Plan.Starve();
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
}
