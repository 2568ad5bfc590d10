package dev.penstock.router.admission;

/** How urgent a caller calls a request among its own; no caller gets ahead of others by it. */
public enum Priority {
  HIGH,
  NORMAL,
  LOW
}
