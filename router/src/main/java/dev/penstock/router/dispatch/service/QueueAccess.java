package dev.penstock.router.dispatch.service;

import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import java.util.Set;
import java.util.function.Consumer;

/** What a router does with the job queues. Nothing blocks; what follows is told later. */
interface QueueAccess {
  /** What was found in a queue. */
  interface Look {
    /**
     * Called on a thread of the keeper.
     *
     * @param jobs which of the jobs asked for stand in the queue
     * @param askedNanos when the queue was asked
     */
    void found(Set<JobId> jobs, long askedNanos);
  }

  /** Puts a job into its queue, then says so. */
  void offer(JobDescriptor job, Consumer<JobDescriptor> queued);

  /** Takes a job out of its queue that nobody waits for any more. */
  void withdraw(JobDescriptor job);

  /**
   * Reads which jobs of one incarnation stand in a queue. Does nothing while the last look at that
   * queue is not over: looks that pile up behind a router that hangs would all be taken at the same
   * moment, and the same absence would count many times.
   */
  void look(String model, String incarnation, Look look);

  /**
   * Takes the jobs of routers that are no longer there out of all queues.
   *
   * @param failed called when that could not be done, or not of all queues
   */
  void purge(Set<String> liveIncarnations, Runnable failed);

  /** Takes out again what was withdrawn and could not be taken out. */
  void withdrawAgain();
}
