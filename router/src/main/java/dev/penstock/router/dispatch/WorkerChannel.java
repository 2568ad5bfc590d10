package dev.penstock.router.dispatch;

import dev.penstock.cluster.ControlMessage.FromRouter;

/** The way to one worker. Any thread may use it; nothing blocks. */
public interface WorkerChannel {
  void send(FromRouter message);

  /** Closes it; the end is reported like any other. */
  void close();
}
