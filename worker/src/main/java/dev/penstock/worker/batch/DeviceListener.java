package dev.penstock.worker.batch;

/** Hears whether the device can be used. Told on the threads of lanes; must not block. */
public interface DeviceListener {
  /**
   * It cannot: even the warm-up fails.
   *
   * @param reason what the device says
   */
  void sick(String reason);

  /** It can again. */
  void well();
}
