package dev.penstock.router.dispatch.workers;

import dev.penstock.cluster.ControlMessage.FromRouter;
import java.util.function.Supplier;

/** The way to one worker. Any thread may use it; nothing blocks. */
public interface WorkerChannel {
  /** Says something; to a channel that has closed, nothing. */
  void send(FromRouter message);

  /**
   * Says what is said to many.
   *
   * @param encoded the message as it goes over the wire, made once for all
   */
  default void send(FromRouter message, Supplier<String> encoded) {
    send(message);
  }

  /** Closes it; the end is reported like any other. */
  void close();
}
