package dev.penstock.worker.batch;

import java.util.List;

/** Told of batches that are about to start. */
public interface StartListener {
  /**
   * Nothing has been done with the jobs yet. Called by lanes, which wait until it returns.
   *
   * @param alone the one job runs with nothing beside it
   */
  void started(List<ClaimedJob> jobs, boolean alone);
}
