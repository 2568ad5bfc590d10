package dev.penstock.router.dispatch.service;

import dev.penstock.job.JobId;
import java.util.HashMap;
import java.util.Map;

/**
 * Which jobs are on their way into a queue, so that one nobody waits for any more never gets there,
 * or is taken out again: a removal that came before its offer would find nothing. Thread-safe.
 */
final class OffersUnderWay {
  private final Map<JobId, Offers> offers = new HashMap<>();

  /** Of one job; it may be offered again before the first offer is through. */
  private static final class Offers {
    private int underWay;
    private boolean made;
    private boolean withdrawn;
  }

  /** An offer waits for a thread. */
  synchronized void begin(JobId job) {
    offers.computeIfAbsent(job, id -> new Offers()).underWay++;
  }

  /** An offer is about to be made; false when nobody wants it any more. */
  synchronized boolean wanted(JobId job) {
    Offers ofJob = offers.get(job);
    if (ofJob == null || ofJob.withdrawn) {
      return false;
    }
    ofJob.made = true;
    return true;
  }

  /** An offer is through or was left; true when what it put there is to be taken out. */
  synchronized boolean end(JobId job) {
    Offers ofJob = offers.get(job);
    if (ofJob == null || --ofJob.underWay > 0) {
      return false;
    }
    offers.remove(job);
    return ofJob.withdrawn && ofJob.made;
  }

  /** Nobody waits for a job any more; true when an offer is under way, whose end will tell. */
  synchronized boolean withdraw(JobId job) {
    Offers ofJob = offers.get(job);
    if (ofJob == null) {
      return false;
    }
    ofJob.withdrawn = true;
    return true;
  }
}
