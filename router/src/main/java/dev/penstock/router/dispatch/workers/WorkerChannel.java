package dev.penstock.router.dispatch.workers;

import dev.penstock.cluster.ControlMessage.FromRouter;

/** The way to one worker. Any thread may use it; nothing blocks. */
public interface WorkerChannel {
  /** Says something; to a channel that has closed, nothing. */
  void send(FromRouter message);

  /** Closes it; the end is reported like any other. */
  void close();
}
