package dev.penstock.router.admission;

/**
 * A request's place among the jobs in flight, from its admission until it has its outcome or its
 * client is gone.
 */
public final class Place implements Entry {
  private final AdmissionControl control;
  final Caller caller;
  final String digest;
  final int jobs;

  /** Guarded by the control. */
  boolean left;

  Place(AdmissionControl control, Caller caller, String digest, int jobs) {
    this.control = control;
    this.caller = caller;
    this.digest = digest;
    this.jobs = jobs;
  }

  /**
   * Its jobs have run, be it well or not.
   *
   * @param deviceNanos how long one of them took a device, batch mates taken off; 0 when that says
   *     nothing of the model
   * @param waiting whether jobs wait for a device now
   */
  public void ran(long deviceNanos, boolean waiting) {
    control.ran(this, deviceNanos, waiting);
  }

  /** Leaves it to others. Idempotent. */
  public void leave() {
    control.leave(this);
  }
}
