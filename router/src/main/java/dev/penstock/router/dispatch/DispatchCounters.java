package dev.penstock.router.dispatch;

import io.vertx.core.json.JsonObject;

/**
 * The ledger of a router's jobs since it started. Once nothing is in flight, {@code admitted =
 * answered + cancelled}.
 *
 * @param admitted jobs let in
 * @param answered jobs whose request was answered, with predictions or an error
 * @param cancelled jobs whose client went away
 * @param inFlight jobs let in and neither answered nor cancelled
 * @param reoffered leases that were lost and jobs that were missing from their queue
 * @param late results that came after the answer
 * @param refusedResults results whose token was wrong
 * @param refusedClaims claimed jobs that were gone
 * @param quarantined jobs that were answered 500 because workers died of them
 */
public record DispatchCounters(
    long admitted,
    long answered,
    long cancelled,
    int inFlight,
    long reoffered,
    long late,
    long refusedResults,
    long refusedClaims,
    long quarantined) {
  /** As {@code /status} shows it. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("admitted", admitted)
        .put("answered", answered)
        .put("cancelled", cancelled)
        .put("inFlight", inFlight)
        .put("reoffered", reoffered)
        .put("late", late)
        .put("refusedResults", refusedResults)
        .put("refusedClaims", refusedClaims)
        .put("quarantined", quarantined);
  }
}
