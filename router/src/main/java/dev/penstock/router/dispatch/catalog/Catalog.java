package dev.penstock.router.dispatch.catalog;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelRepository;
import dev.penstock.telemetry.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The packages workers are to have at hand: what the repository serves now, and what it served
 * before for as long as jobs may still need it. A request is answered by the package it was
 * admitted for, so a package that was replaced stays until its successor answers and its last job
 * has ended, and long enough for a request whose body was still on its way. Thread-safe.
 */
public final class Catalog {
  private final ModelRepository repository;
  private final Supplier<Set<ModelRef>> answering;
  private final Supplier<Set<ModelRef>> inFlight;
  private final long graceNanos;
  private final Ticker ticker;

  private final Map<ModelRef, Long> retiredNanos = new LinkedHashMap<>();
  private Set<ModelRef> served;
  private long revision;

  /** {@link #all} is another list than at the last {@link #refresh}. */
  private boolean unannounced;

  /**
   * @param answering packages that were replaced and answer on until their successors can
   * @param inFlight the packages that jobs in flight were admitted for
   * @param grace how long a request may take from its look-up to its end
   */
  public Catalog(
      ModelRepository repository,
      Supplier<Set<ModelRef>> answering,
      Supplier<Set<ModelRef>> inFlight,
      Duration grace,
      Ticker ticker) {
    this.repository = repository;
    this.answering = answering;
    this.inFlight = inFlight;
    this.graceNanos = grace.toNanos();
    this.ticker = ticker;
    this.revision = repository.revision();
    this.served = refs();
  }

  /** What the repository serves now. */
  public synchronized List<ModelRef> served() {
    takeIn();
    return List.copyOf(served);
  }

  /**
   * What it serves now, then what is still needed, so that the first of an id is the current one.
   */
  public synchronized List<ModelRef> all() {
    takeIn();
    var all = new ArrayList<>(served);
    all.addAll(retiredNanos.keySet());
    return all;
  }

  /**
   * Takes in what has changed. Costs nothing while nothing has.
   *
   * @return whether {@link #all} is another list than when this was asked last, whoever was told in
   *     between
   */
  public synchronized boolean refresh() {
    takeIn();
    boolean changed = unannounced;
    unannounced = false;
    return changed;
  }

  private void takeIn() {
    unannounced |= takeRevision();
    if (!retiredNanos.isEmpty()) {
      long now = ticker.nanos();
      Set<ModelRef> live = answering.get();
      retiredNanos.replaceAll((model, since) -> live.contains(model) ? now : since);
      Set<ModelRef> needed = inFlight.get();
      unannounced |=
          retiredNanos
              .entrySet()
              .removeIf(
                  retired ->
                      now - retired.getValue() > graceNanos && !needed.contains(retired.getKey()));
    }
  }

  private boolean takeRevision() {
    long current = repository.revision();
    if (current == revision) {
      return false;
    }
    revision = current;
    Set<ModelRef> now = refs();
    if (now.equals(served)) {
      return false;
    }
    served.stream()
        .filter(model -> !now.contains(model))
        .forEach(model -> retiredNanos.put(model, ticker.nanos()));
    now.forEach(retiredNanos::remove);
    served = now;
    return true;
  }

  private Set<ModelRef> refs() {
    var refs = new LinkedHashSet<ModelRef>();
    repository.all().forEach(model -> refs.add(new ModelRef(model.id(), model.digest())));
    return refs;
  }
}
