package dev.penstock.worker.shelf;

/**
 * What may be done for a model that is to be loaded. A later one does more than those before it.
 */
enum Urgency {
  /** Nothing goes for it, and nobody is told when it does not fit. */
  IF_IT_FITS,
  /** The same, of one that is to be there before the worker is ready. */
  PRELOAD,
  /** Others go for it. */
  NEEDED
}
