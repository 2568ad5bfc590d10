package dev.penstock.router.admission;

/**
 * On whose behalf a request runs: whoever shares an API key shares its part of the devices.
 *
 * @param id stands for the key and cannot be turned back into it; fit for maps, never for logs
 * @param weight its part of the devices relative to others; above 0, 1 when nothing is said
 */
public record Caller(String id, double weight) {
  /** Whoever sends no key. */
  public static final Caller ANONYMOUS = new Caller("", 1);

  public Caller {
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight " + weight + " must be above 0 and finite");
    }
  }
}
