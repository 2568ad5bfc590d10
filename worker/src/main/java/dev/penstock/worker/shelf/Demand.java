package dev.penstock.worker.shelf;

/**
 * Memory to make room for before a model is loaded, in bytes.
 *
 * @param likely what it is thought to take, at most what all models may
 * @param least what it takes for sure: its files
 * @param measured whether it was loaded before, on this machine
 */
record Demand(long likely, long least, boolean measured) {
  /**
   * Of one for which nothing goes: an estimate is rather too large, and would leave out what fits.
   */
  Demand ofPreload() {
    return measured ? this : new Demand(least, least, false);
  }

  /** A guess does not ask for more than there would be if all other models went. */
  long within(long most) {
    return measured ? likely : Math.min(likely, Math.max(least, most));
  }
}
