package dev.penstock.worker.claim;

import static java.util.stream.Collectors.toSet;

import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ResidentModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Claims that have not been answered yet. Their jobs count as if they were here, so that not too
 * much is taken; but a router that does not answer must not keep the worker from serving the
 * others.
 *
 * <p>So of each router the oldest claim counts for a short while only: over a slow network one
 * batch more is claimed ahead, and not what else stands in the queue. A router that owes an answer
 * for so long and says nothing at all, while others speak, is <em>passed over</em>: none of its
 * claims count, and nothing more is claimed of it. Its jobs stand first in the queue again and
 * again. Thread-safe.
 */
final class OpenClaims {
  /** Longer than a batch of large payloads takes on a fast network. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Ticker ticker;
  private final Supplier<Set<String>> speaking;

  /** In the order they were made. */
  private final Set<OpenClaim> open = new LinkedHashSet<>();

  /** One claim; equal to itself alone. */
  @SuppressWarnings("ClassCanBeRecord") // identity matters
  static final class OpenClaim {
    private final ResidentModel model;
    private final int jobs;
    private final String incarnation;
    private final long sinceNanos;

    /** Something else may have been taken in the place of its jobs. */
    private boolean overlooked;

    OpenClaim(ResidentModel model, int jobs, String incarnation, long sinceNanos) {
      this.model = model;
      this.jobs = jobs;
      this.incarnation = incarnation;
      this.sinceNanos = sinceNanos;
    }
  }

  /**
   * @param speaking incarnations of the routers that were heard a moment ago
   */
  OpenClaims(Ticker ticker, Supplier<Set<String>> speaking) {
    this.ticker = ticker;
    this.speaking = speaking;
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
    return counting().stream()
        .filter(claim -> claim.model == model)
        .mapToInt(claim -> claim.jobs)
        .sum();
  }

  /** Whether jobs of another model are under way. */
  synchronized boolean otherThan(ResidentModel model) {
    return counting().stream().anyMatch(claim -> claim.model != model);
  }

  synchronized boolean isEmpty() {
    return counting().isEmpty();
  }

  /** Whether jobs of that router are to be left alone. */
  synchronized boolean passesOver(String incarnation) {
    return passedOver(overdue().keySet()).contains(incarnation);
  }

  /** Whether there may be no room for what this claim brings, because it did not always count. */
  synchronized boolean isOverlooked(OpenClaim claim) {
    return claim.overlooked;
  }

  private List<OpenClaim> counting() {
    Map<String, OpenClaim> overdue = overdue();
    Set<String> passedOver = passedOver(overdue.keySet());
    var counting = new ArrayList<OpenClaim>();
    for (OpenClaim claim : open) {
      if (claim == overdue.get(claim.incarnation) || passedOver.contains(claim.incarnation)) {
        claim.overlooked = true;
      } else {
        counting.add(claim);
      }
    }
    return counting;
  }

  /** The oldest claim of each router that does not answer it in time. */
  private Map<String, OpenClaim> overdue() {
    long now = ticker.nanos();
    var overdue = new HashMap<String, OpenClaim>();
    for (OpenClaim claim : open) {
      if (now - claim.sinceNanos >= PATIENCE_NANOS) {
        overdue.putIfAbsent(claim.incarnation, claim);
      }
    }
    return overdue;
  }

  /** Those of them that are silent. With nobody else to serve, waiting for them costs nothing. */
  private Set<String> passedOver(Set<String> incarnations) {
    if (incarnations.isEmpty()) {
      return Set.of();
    }
    Set<String> heard = speaking.get();
    return heard.isEmpty()
        ? Set.of()
        : incarnations.stream().filter(router -> !heard.contains(router)).collect(toSet());
  }
}
