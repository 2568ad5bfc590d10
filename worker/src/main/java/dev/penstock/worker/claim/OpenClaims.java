package dev.penstock.worker.claim;

import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ResidentModel;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Claims that have not been answered yet. Their jobs count as if they were here, so that not too
 * much is taken; but a router that does not answer must not keep the worker from serving the
 * others, so they count for a short while only. Thread-safe.
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
    private final long sinceNanos;

    OpenClaim(ResidentModel model, int jobs, long sinceNanos) {
      this.model = model;
      this.jobs = jobs;
      this.sinceNanos = sinceNanos;
    }
  }

  OpenClaims(Ticker ticker) {
    this.ticker = ticker;
  }

  synchronized OpenClaim open(ResidentModel model, int jobs) {
    var claim = new OpenClaim(model, jobs, ticker.nanos());
    open.add(claim);
    return claim;
  }

  synchronized void close(OpenClaim claim) {
    open.remove(claim);
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
    return ticker.nanos() - claim.sinceNanos < PATIENCE_NANOS;
  }
}
