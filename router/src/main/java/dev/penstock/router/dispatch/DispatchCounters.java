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
  /** For the log: the sum, and of the rest what happened at all. */
  public String sentence() {
    var text =
        new StringBuilder(
            "Since the start %d jobs were admitted: %d were answered, %d were cancelled by their clients and %d are open."
                .formatted(admitted, answered, cancelled, inFlight));
    add(text, reoffered, "were offered again");
    add(text, quarantined, "were quarantined");
    add(text, late, "results came after the answer");
    add(text, refusedResults, "results were refused");
    add(text, refusedClaims, "claims came too late");
    return text.toString();
  }

  private static void add(StringBuilder text, long count, String what) {
    if (count > 0) {
      text.append(' ').append(count).append(' ').append(what).append('.');
    }
  }

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
