package dev.penstock.worker.claim;

import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ResidentModel;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Claims that have not been answered yet. Their jobs count as if they were here, so that not too
 * much is taken; but a router that does not answer must not keep the worker from serving the
 * others. So a claim counts for a short while only, and no claim counts at a router that has left
 * an earlier one unanswered for so long: its jobs stand first in the queue again and again.
 * Thread-safe.
 */
final class OpenClaims {
  /**
   * Longer than a batch of large payloads takes on a fast network; a slower one just claims a
   * little more ahead.
   */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Ticker ticker;
  private final Set<OpenClaim> open = new HashSet<>();

  /** One claim; equal to itself alone. */
  @SuppressWarnings("ClassCanBeRecord") // identity matters
  static final class OpenClaim {
    private final ResidentModel model;
    private final int jobs;
    private final String incarnation;
    private final long sinceNanos;

    OpenClaim(ResidentModel model, int jobs, String incarnation, long sinceNanos) {
      this.model = model;
      this.jobs = jobs;
      this.incarnation = incarnation;
      this.sinceNanos = sinceNanos;
    }
  }

  OpenClaims(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Keeps the model in memory until the claim is closed: its jobs would have to wait for a load.
   *
   * @param model acquired by the caller
   * @param incarnation of the router that is to answer
   */
  synchronized OpenClaim open(ResidentModel model, int jobs, String incarnation) {
    if (!model.acquire()) {
      throw new IllegalStateException("the model of a claim is held");
    }
    var claim = new OpenClaim(model, jobs, incarnation, ticker.nanos());
    open.add(claim);
    return claim;
  }

  void close(OpenClaim claim) {
    boolean wasOpen;
    synchronized (this) {
      wasOpen = open.remove(claim);
    }
    if (wasOpen) {
      claim.model.release();
    }
  }

  /** Jobs under way for a model. */
  synchronized int jobs(ResidentModel model) {
    return open.stream()
        .filter(claim -> counts(claim) && claim.model == model)
        .mapToInt(claim -> claim.jobs)
        .sum();
  }

  /** Whether jobs of another model are under way. */
  synchronized boolean otherThan(ResidentModel model) {
    return open.stream().anyMatch(claim -> counts(claim) && claim.model != model);
  }

  synchronized boolean isEmpty() {
    return open.stream().noneMatch(this::counts);
  }

  private boolean counts(OpenClaim claim) {
    long now = ticker.nanos();
    return open.stream()
        .filter(other -> other.incarnation.equals(claim.incarnation))
        .allMatch(other -> now - other.sinceNanos < PATIENCE_NANOS);
  }
}
