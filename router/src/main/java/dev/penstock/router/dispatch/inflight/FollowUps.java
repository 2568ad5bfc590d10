package dev.penstock.router.dispatch.inflight;

import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.inflight.InFlightTable.Effects;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * What follows from one change of the {@link InFlightTable}: collected under its lock, done after
 * it, so that no foreign code runs inside.
 */
final class FollowUps {
  private static final System.Logger LOG = System.getLogger(FollowUps.class.getName());

  private final Effects effects;
  private final List<Runnable> collected = new ArrayList<>(2);

  FollowUps(Effects effects) {
    this.effects = effects;
  }

  void offer(JobDescriptor job) {
    collected.add(() -> effects.offer(job));
  }

  void withdraw(JobDescriptor job) {
    collected.add(() -> effects.withdraw(job));
  }

  void cancel(String instance, JobId job) {
    collected.add(() -> effects.cancel(instance, job));
  }

  void tell(Flight flight, InferenceOutcome outcome) {
    collected.add(() -> flight.tell(outcome));
  }

  /** Its client is gone: lets go of the request without telling anybody. */
  void forget(Flight flight) {
    collected.add(flight::cleanUp);
  }

  /** Tells whoever runs the router. */
  void warn(String message) {
    collected.add(() -> LOG.log(Level.WARNING, message));
  }

  /** Does it all, in its order; one client's trouble is not that of the others. */
  void run() {
    for (Runnable followUp : collected) {
      try {
        followUp.run();
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "What follows from a change of the in-flight table failed.", e);
      }
    }
  }
}
