package dev.penstock.worker.shelf;

import dev.penstock.worker.batch.ResidentModel;

/** A model on the shelf and how it is used. Safe for any thread. */
final class Shelved {
  final ResidentModel model;
  private final long loadedNanos;
  private volatile long usedNanos;
  private volatile boolean wasUsed;
  volatile boolean preloaded;

  Shelved(ResidentModel model, boolean preloaded, long nowNanos) {
    this.model = model;
    this.preloaded = preloaded;
    this.loadedNanos = nowNanos;
    this.usedNanos = nowNanos;
  }

  void used(long nowNanos) {
    usedNanos = nowNanos;
    wasUsed = true;
  }

  ModelRoom.Occupant occupant() {
    return new ModelRoom.Occupant(
        model.digest(),
        model.memory(),
        loadedNanos,
        model.loadNanos(),
        usedNanos,
        wasUsed,
        model.isInUse(),
        preloaded);
  }
}
