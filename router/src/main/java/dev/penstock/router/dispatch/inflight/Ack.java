package dev.penstock.router.dispatch.inflight;

import java.util.Locale;

/** What a worker is told about a result. */
public enum Ack {
  /** It answered the job, or the job is tried again because of it. */
  ACCEPTED,
  /** The job has its answer already. Not an error. */
  LATE,
  /** The token is not that of the attempt. */
  REFUSED;

  /** As it stands on the wire. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
