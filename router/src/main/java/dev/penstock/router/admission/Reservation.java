package dev.penstock.router.admission;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The memory that one request's payload takes, from its head until nothing holds it any more; or
 * its answer, until its client has it. Thread-safe.
 *
 * <p>It is let go of when it was {@link #release}d and nobody {@link #hold}s it: what is being
 * decoded for a client that has gone is still there.
 */
public final class Reservation {
  private final AdmissionControl control;

  /** What it takes its part of. */
  final SharedBound bound;

  /** Guarded by the control, as all that follows. Null until it is known. */
  @Nullable Caller caller;

  long bytes;
  int holds = 1;
  boolean released;

  Reservation(AdmissionControl control, @Nullable Caller caller, SharedBound bound) {
    this.control = control;
    this.caller = caller;
    this.bound = bound;
  }

  /** Takes so many bytes more; all of them or, with the reason, none. */
  public Optional<Refusal> grow(long more) {
    return control.grow(this, more);
  }

  /** Takes so many bytes more whether they fit or not: for what is short and has to be said. */
  public void growAnyway(long more) {
    control.take(this, more);
  }

  /** Keeps so many bytes at most. */
  public void shrinkTo(long most) {
    control.shrink(this, most);
  }

  /** Says whose it is; it may be too much for that caller. */
  public Optional<Refusal> assign(Caller known) {
    return control.assign(this, known);
  }

  /**
   * Something works on the payload: it stays until {@link #letGo}, whatever becomes of the request.
   */
  public void hold() {
    control.hold(this);
  }

  /** Ends a {@link #hold}. */
  public void letGo() {
    control.letGo(this);
  }

  /** The request has ended. Idempotent. */
  public void release() {
    control.release(this);
  }
}
