package dev.penstock.job;

import java.util.Locale;

/** Why a batch left for the device when it did ({@code X-Batch-Reason}). */
public enum BatchReason {
  /** The device was free and took what was there. */
  IDLE,
  /** The batch had reached its bound. */
  FULL,
  /** The oldest job could not wait longer. */
  DEADLINE,
  /** The worker was leaving. */
  DRAIN;

  /** As it stands in headers, logs and on the wire. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a {@link #label}; one that this version does not know is as good as {@link #IDLE}. */
  public static BatchReason of(String label) {
    return KnownName.of(BatchReason.class, label, IDLE);
  }
}
