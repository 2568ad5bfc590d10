package dev.penstock.router.dispatch.workers;

/** How a worker's control channel came to its end. */
public enum Departure {
  /** It has opened another one since. */
  NONE,

  /** It had said that it would leave. */
  IN_ORDER,

  /** Nobody knows: it was killed, has crashed, or cannot be reached. */
  WITHOUT_A_WORD
}
