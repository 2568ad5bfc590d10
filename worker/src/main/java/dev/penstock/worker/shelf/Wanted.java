package dev.penstock.worker.shelf;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.config.PlainWords;
import dev.penstock.model.ModelPackage;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.engine.ModelLoadException;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A model that is to be loaded. The loader's, but for what callers say and wait for. */
final class Wanted {
  final ModelRef ref;
  final CompletableFuture<ResidentModel> result = new CompletableFuture<>();

  private volatile Urgency urgency;
  private volatile boolean dropped;
  private @Nullable ModelPackage files;
  private @Nullable ModelLoadException unfetched;
  private Set<String> shortBeside = Set.of();
  private boolean wasShort;
  private boolean waited;
  private boolean tidied;
  private @Nullable Long starvedSinceNanos;

  Wanted(ModelRef ref, Urgency urgency) {
    this.ref = ref;
    this.urgency = urgency;
  }

  Urgency urgency() {
    return urgency;
  }

  /** Somebody else asks for it, perhaps more urgently. Called by one thread at a time. */
  void askedAgain(Urgency by) {
    dropped = false;
    if (by.compareTo(urgency) > 0) {
      urgency = by;
    }
  }

  /** It is not to be kept, nor loaded if that has not begun. */
  void drop() {
    dropped = true;
  }

  boolean isDropped() {
    return dropped;
  }

  /**
   * Its files, found once however long it waits for room, or null when they are not on this
   * machine. Blocks.
   *
   * @throws ModelLoadException when they cannot be used, or could not be fetched
   */
  @Nullable ModelPackage files(ModelShelf.PackageFinder packages) throws ModelLoadException {
    if (unfetched != null) {
      throw unfetched;
    }
    if (files == null) {
      files = packages.find(ref);
    }
    return files;
  }

  /**
   * Gets its files from elsewhere; {@link #files} has them then, or says why not. Blocks, while
   * nobody else looks at it.
   */
  void fetch(ModelShelf.PackageFinder packages) {
    try {
      files = packages.fetch(ref);
    } catch (ModelLoadException e) {
      unfetched = e;
    } catch (Throwable e) {
      unfetched =
          new ModelLoadException("The package could not be fetched: " + PlainWords.of(e), e);
    }
  }

  /** The device had less memory than was thought, with those beside it. */
  void shortBeside(Set<String> digests) {
    wasShort = true;
    shortBeside = digests;
  }

  /** Whether the device had less memory than was thought. */
  boolean wasShort() {
    return wasShort;
  }

  /** Whether all are still there beside which the device had too little. */
  boolean isShortBeside(Collection<String> digests) {
    return !shortBeside.isEmpty() && digests.containsAll(shortBeside);
  }

  /** True for the first time. */
  boolean waitsFirst() {
    boolean first = !waited;
    waited = true;
    return first;
  }

  /** True for the first time: what was freed is given back to the system before others go. */
  boolean isTidiedForFirst() {
    boolean first = !tidied;
    tidied = true;
    return first;
  }

  /** For how long, in nanoseconds, memory has been short for another reason than models. */
  long starvedFor(long nowNanos) {
    if (starvedSinceNanos == null) {
      starvedSinceNanos = nowNanos;
    }
    return nowNanos - starvedSinceNanos;
  }

  /** Memory is not short for another reason than models. */
  void fed() {
    starvedSinceNanos = null;
  }
}
