package dev.penstock.it.kit;

import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * What a router says of its jobs at {@code /status}.
 *
 * @param queued jobs that wait in its queues
 */
public record Ledger(
    long admitted,
    long answered,
    long cancelled,
    long inFlight,
    long reoffered,
    long late,
    long refusedResults,
    long refusedClaims,
    int queued) {
  private static final Duration SETTLING = Duration.ofSeconds(10);

  public static Ledger of(RouterProcess router) {
    JsonObject status = router.client().status();
    JsonObject jobs = status.getJsonObject("jobs");
    return new Ledger(
        jobs.getLong("admitted"),
        jobs.getLong("answered"),
        jobs.getLong("cancelled"),
        jobs.getLong("inFlight"),
        jobs.getLong("reoffered"),
        jobs.getLong("late"),
        jobs.getLong("refusedResults"),
        jobs.getLong("refusedClaims"),
        status.getJsonArray("queues").size());
  }

  /** What was added since. */
  public Ledger since(Ledger before) {
    return new Ledger(
        admitted - before.admitted,
        answered - before.answered,
        cancelled - before.cancelled,
        inFlight,
        reoffered - before.reoffered,
        late - before.late,
        refusedResults - before.refusedResults,
        refusedClaims - before.refusedClaims,
        queued);
  }

  boolean isSettled() {
    return inFlight == 0 && queued == 0 && admitted == answered + cancelled;
  }

  /** Conservation: every admitted job was answered or given up, and nothing is left. */
  public static void awaitNothingInFlight(RouterProcess router) {
    Await.until(
        () -> "the ledger of " + router.url() + " adds up: " + of(router),
        SETTLING,
        () -> of(router).isSettled());
  }
}
