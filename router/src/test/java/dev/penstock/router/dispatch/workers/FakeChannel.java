package dev.penstock.router.dispatch.workers;

import dev.penstock.cluster.ControlMessage.FromRouter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a worker is told. */
public final class FakeChannel implements WorkerChannel {
  private final List<FromRouter> told = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  @Override
  public void send(FromRouter message) {
    told.add(message);
  }

  @Override
  public void close() {
    closed = true;
  }

  public boolean isClosed() {
    return closed;
  }

  /** The messages of that kind so far, in their order. */
  public <T extends FromRouter> List<T> told(Class<T> kind) {
    return told.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
