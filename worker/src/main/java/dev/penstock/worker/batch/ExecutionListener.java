package dev.penstock.worker.batch;

import java.util.List;

/** Told of what is about to be executed. Called by lanes, which wait until it returns. */
public interface ExecutionListener {
  /**
   * A batch starts; nothing has been done with its jobs yet.
   *
   * @param alone the one job runs with nothing beside it
   */
  void starts(List<ClaimedJob> jobs, boolean alone);

  /** A job that ran alone has ended, and nothing else has started yet. */
  void endedAlone(ClaimedJob job);
}
