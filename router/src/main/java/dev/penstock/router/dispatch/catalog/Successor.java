package dev.penstock.router.dispatch.catalog;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelPackage;
import dev.penstock.router.dispatch.catalog.LiveModels.Fleet;
import dev.penstock.router.dispatch.workers.Prospect;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A package that is to answer in the place of another one, and how far that is. Guarded by {@link
 * LiveModels}.
 */
final class Successor {
  private static final System.Logger LOG = System.getLogger(Successor.class.getName());

  /** After a load that failed everywhere; twice as long after each. */
  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final String digest;
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private @Nullable Long failedNanos;
  private String reason = "";
  private boolean awaited;

  Successor(String digest) {
    this.digest = digest;
  }

  String digest() {
    return digest;
  }

  /** Whether another package answers until this one can; returns the same. */
  boolean awaited(boolean now) {
    awaited = now;
    return now;
  }

  boolean isAwaited() {
    return awaited;
  }

  /** Sees to it that some worker loads it, unless all failed a short while ago. */
  void ask(ModelPackage model, Fleet fleet, long nowNanos) {
    if (failedNanos != null && nowNanos - failedNanos < pauseNanos) {
      return;
    }
    Prospect prospect = fleet.ensureServed(new ModelRef(model.id(), digest));
    if (!(prospect instanceof Prospect.Unloadable unloadable)) {
      return;
    }
    if (failedNanos != null) {
      pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }
    failedNanos = nowNanos;
    if (!unloadable.reason().equals(reason)) {
      reason = unloadable.reason();
      LOG.log(
          Level.WARNING,
          "model {0} is answered as before, for the package in its place, {1}, cannot be loaded: {2}",
          model.id(),
          LiveModels.brief(model),
          reason);
    }
  }

  /** For {@code /status}. */
  @Override
  public String toString() {
    return reason.isEmpty()
        ? "package " + digest + " is being loaded"
        : "package " + digest + " cannot be loaded: " + reason;
  }
}
