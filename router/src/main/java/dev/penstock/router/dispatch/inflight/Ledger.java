package dev.penstock.router.dispatch.inflight;

import dev.penstock.router.dispatch.DispatchCounters;

/** What became of this router's jobs, in numbers. Guarded by the {@link InFlightTable}. */
final class Ledger {
  long admitted;
  long answered;
  long cancelled;
  long reoffered;
  long late;
  long refusedResults;
  long refusedClaims;
  long quarantined;

  /** INVARIANT: every admitted job is in flight, was answered, or its client went away. */
  boolean addsUp(int inFlight) {
    return admitted == answered + cancelled + inFlight;
  }

  DispatchCounters counters(int inFlight) {
    return new DispatchCounters(
        admitted,
        answered,
        cancelled,
        inFlight,
        reoffered,
        late,
        refusedResults,
        refusedClaims,
        quarantined);
  }
}
