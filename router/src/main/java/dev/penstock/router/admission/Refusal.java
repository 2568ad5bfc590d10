package dev.penstock.router.admission;

import java.util.Locale;

/**
 * Why a request is not let in now, and when to come again.
 *
 * @param reason for metrics
 * @param retryAfterSeconds whole seconds, at least 1
 * @param message for the client: what happened and what to do
 */
public record Refusal(Reason reason, int retryAfterSeconds, String message) implements Entry {
  public Refusal {
    if (retryAfterSeconds < 1) {
      throw new IllegalArgumentException("Retry-After " + retryAfterSeconds);
    }
  }

  /** What stands in the way. */
  public enum Reason {
    /** As many jobs are in flight as this router takes. */
    JOBS,
    /** The caller has its part of them, and others are active. */
    JOBS_OF_CALLER,
    /** As many bytes of payloads are held as this router takes. */
    BYTES,
    /** The caller has its part of them, and others are active. */
    BYTES_OF_CALLER,
    /** It would wait longer than it has time. */
    WAIT,
    /** Nobody could run it. */
    NO_WORKER;

    /** As it labels metrics. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
