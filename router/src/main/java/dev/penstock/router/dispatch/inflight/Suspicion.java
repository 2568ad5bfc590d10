package dev.penstock.router.dispatch.inflight;

import java.util.HashMap;
import java.util.Map;

/**
 * What speaks against a job: workers that died while they had it. Guarded by the {@link
 * InFlightTable}.
 *
 * <p>A job whose batch had started when a worker died is a suspect. So is one that two workers held
 * when they died, started or not: what kills a worker at once kills it before it can say that it
 * started.
 */
final class Suspicion {
  /** A job that was only held is a suspect after so many deaths. */
  private static final int MOST_DEATHS_NEARBY = 2;

  /** Whether the batch had started, by the instance of the worker that died. */
  private final Map<String, Boolean> deaths = new HashMap<>(0);

  /** A worker died while it held the job. */
  void died(String instance, boolean started) {
    deaths.put(instance, started);
  }

  /** That worker lives: only its channel had broken. */
  void absolve(String instance) {
    deaths.remove(instance);
  }

  /** Whether the job may run only with nothing beside it. */
  boolean isSuspect() {
    return deaths.containsValue(true) || deaths.size() >= MOST_DEATHS_NEARBY;
  }

  /** Workers that died while they had it. */
  int deaths() {
    return deaths.size();
  }
}
