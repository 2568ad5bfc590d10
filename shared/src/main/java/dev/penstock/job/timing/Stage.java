package dev.penstock.job.timing;

/** The moments of a request, in their order, on the clock of the router that answers it. */
public enum Stage {
  /** The request head is parsed. */
  STARTED,
  /** The last byte of the body is there. */
  RECEIVED,
  /** The job is admitted and handed to its queue. */
  QUEUED,
  /** The attempt that answered got its lease. */
  CLAIMED,
  /** That attempt's result is there, or waiting for one has ended. */
  RETURNED,
  /** The body is serialised, the head is about to be written. */
  ANSWERED
}
