package dev.penstock.worker.shelf;

import dev.penstock.worker.batch.ResidentModel;

/** A model on the shelf and how it is used. Safe for any thread. */
final class Shelved {
  final ResidentModel model;
  private final long loadedNanos;
  private final Uses uses;

  Shelved(ResidentModel model, long loadedNanos, Uses uses) {
    this.model = model;
    this.loadedNanos = loadedNanos;
    this.uses = uses;
  }

  /** A job of it has come. */
  void used() {
    uses.now();
  }

  ModelRoom.Occupant occupant(boolean preloaded) {
    return new ModelRoom.Occupant(
        model.digest(),
        model.memory(),
        loadedNanos,
        model.loadNanos(),
        uses.any() ? uses.lastNanos() : loadedNanos,
        uses.any(),
        model.isInUse(),
        preloaded);
  }
}
