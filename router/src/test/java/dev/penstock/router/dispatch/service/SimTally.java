package dev.penstock.router.dispatch.service;

import dev.penstock.router.dispatch.DispatchCounters;
import dev.penstock.router.dispatch.InferenceOutcome;

/** What became of the requests of simulated lives: shows that they were not too quiet. */
record SimTally(
    long requests,
    long completed,
    long failed,
    long expired,
    long hungUp,
    long reoffered,
    long late,
    long refusedClaims,
    long quarantined) {
  static final SimTally NONE = new SimTally(0, 0, 0, 0, 0, 0, 0, 0, 0);

  static SimTally of(SimCluster cluster) {
    SimTally sum = NONE;
    for (SimCluster.Asked asked : cluster.requests) {
      sum = sum.plus(of(asked));
    }
    for (SimRouter router : cluster.members()) {
      DispatchCounters counters = router.table.counters();
      sum =
          sum.plus(
              new SimTally(
                  0,
                  0,
                  0,
                  0,
                  0,
                  counters.reoffered(),
                  counters.late(),
                  counters.refusedClaims(),
                  counters.quarantined()));
    }
    return sum;
  }

  private static SimTally of(SimCluster.Asked asked) {
    boolean answered = !asked.outcomes.isEmpty();
    return new SimTally(
        1,
        count(answered && asked.end() instanceof InferenceOutcome.Completed),
        count(answered && asked.end() instanceof InferenceOutcome.Failed),
        count(answered && asked.end() instanceof InferenceOutcome.Expired),
        count(asked.hungUp),
        0,
        0,
        0,
        0);
  }

  private static long count(boolean is) {
    return is ? 1 : 0;
  }

  SimTally plus(SimTally other) {
    return new SimTally(
        requests + other.requests,
        completed + other.completed,
        failed + other.failed,
        expired + other.expired,
        hungUp + other.hungUp,
        reoffered + other.reoffered,
        late + other.late,
        refusedClaims + other.refusedClaims,
        quarantined + other.quarantined);
  }
}
