package dev.penstock.router.admission;

import java.util.concurrent.TimeUnit;

/**
 * How long a request would wait: the work that devices do until it has ended, its own included,
 * over the work they get done in a second ({@link WorkInFlight}, {@link DrainRate}). It is the
 * caller's own wait: who floods waits behind itself. Not thread-safe: guarded by the {@link
 * AdmissionControl}.
 *
 * <p>Nothing is predicted while no job waits for a device, or none has ended yet. Until a rate was
 * seen, each worker counts as doing a second of work in a second, which is too little where batches
 * make a device faster: enough comes in all the same to see the rate.
 *
 * <p>A part of the time is kept in reserve: what is admitted at the very edge would miss its
 * deadline half of the time, and all that waits when a worker pauses; and no capacity is lost as
 * long as the devices have something to do.
 */
final class WaitPrediction {
  /** A wait may turn out that much longer. */
  private static final double CAUTION = 1.25;

  /** For pauses that nobody foresees, of workers and networks. */
  private static final double HICCUP_SECONDS = 0.5;

  /** Who has little time keeps no more of it in reserve for them. */
  private static final double MOST_FOR_HICCUPS = 0.25;

  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final JobCosts costs = new JobCosts();
  private final WorkInFlight work = new WorkInFlight(costs);
  private final DrainRate drain;

  WaitPrediction(DrainRate drain) {
    this.drain = drain;
  }

  /** Seconds until so many more jobs of a line have ended; 0 while nothing is known. */
  double seconds(Line line, int count, Devices devices) {
    if (!devices.busy()) {
      return 0;
    }
    double each = line.digest() == null ? costs.least() : costs.of(line.digest());
    return over(work.until(line, count * each), devices.serving());
  }

  /** Seconds until all that is in flight has ended; 0 while nothing is known. */
  double secondsForAll(Devices devices) {
    return devices.busy() ? over(work.total(), devices.serving()) : 0;
  }

  /** Seconds until a part of what is in flight has ended; 0 while nothing is known. */
  double secondsForPart(double part, int serving) {
    return over(part * work.total(), serving);
  }

  private double over(double someWork, int serving) {
    if (!costs.known()) {
      return 0;
    }
    double perSecond = drain.perSecond();
    return someWork / (perSecond > 0 ? perSecond : Math.max(1, serving));
  }

  /** The longest predicted wait, in seconds, after which a request is still answered in time. */
  static double longest(long remainingNanos) {
    double remaining = remainingNanos / NANOS;
    double reserve = Math.min(HICCUP_SECONDS, MOST_FOR_HICCUPS * remaining);
    return Math.max(0, remaining - reserve) / CAUTION;
  }

  void entered(Place place) {
    work.add(place.caller, place.priority, place.digest, place.jobs);
  }

  void left(Place place) {
    work.remove(place.caller, place.priority, place.digest, place.jobs);
    if (work.jobs() == 0) {
      drain.idle();
    }
  }

  /** See {@link Place#ran}. */
  void ran(Place place, long deviceNanos, boolean waiting) {
    if (deviceNanos > 0) {
      costs.executed(place.digest, deviceNanos / NANOS);
    }
    drain.ended(place.jobs * costs.of(place.digest), waiting);
  }

  /** Nothing waits for a device any more. */
  void idle() {
    drain.idle();
  }

  /** Jobs in flight. */
  long jobs() {
    return work.jobs();
  }
}
