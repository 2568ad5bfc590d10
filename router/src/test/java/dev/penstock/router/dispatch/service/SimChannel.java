package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.router.dispatch.workers.WorkerChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A control channel: what is said arrives in its order, or not at all when the channel has broken.
 */
final class SimChannel implements WorkerChannel {
  private final SimWorld world;
  private final SimLink link;
  private final SimRouter router;
  private final SimWorker worker;
  private final Pipe toRouter;
  private final Pipe toWorker;
  private boolean greeted;
  private boolean routerEnded;
  private boolean workerEnded;

  SimChannel(SimWorld world, SimLink link, SimRouter router, SimWorker worker) {
    this.world = world;
    this.link = link;
    this.router = router;
    this.worker = worker;
    this.toRouter = new Pipe(router.process);
    this.toWorker = new Pipe(worker.process);
  }

  private final class Pipe {
    private final SimProcess to;
    private final Deque<Runnable> arriving = new ArrayDeque<>();
    private long last;

    Pipe(SimProcess to) {
      this.to = to;
    }

    void send(Runnable message) {
      arriving.add(message);
      last = Math.max(last + 1, world.now() + link.delay());
      world.after(last - world.now(), () -> link.arrive(this::next));
    }

    private void next() {
      Runnable message = arriving.poll();
      if (message != null) {
        to.receive(message);
      }
    }

    void loseAll() {
      arriving.clear();
    }
  }

  /** The worker speaks. */
  void say(FromWorker message) {
    if (!workerEnded) {
      toRouter.send(() -> heardByRouter(message));
    }
  }

  private void heardByRouter(FromWorker message) {
    if (!routerEnded) {
      if (message instanceof Hello hello) {
        greeted = true;
        router.workerSide.joined(hello, this);
      } else {
        router.workerSide.heard(worker.instance, this, message);
      }
    }
  }

  @Override
  public void send(FromRouter message) {
    if (!routerEnded) {
      toWorker.send(
          () -> {
            if (!workerEnded) {
              worker.heard(this, message);
            }
          });
    }
  }

  /** The router closes it; it hears of the end like of any other. */
  @Override
  public void close() {
    toWorker.send(this::endForWorker);
    router.process.after(link.delay(), this::endForRouter);
  }

  /** The worker closes it, or the system does so for a worker that died. */
  void closeByWorker() {
    workerEnded = true;
    toRouter.send(this::endForRouter);
  }

  /** Something between the two breaks it; what is under way is lost. */
  void reset() {
    world.trace("the channel of", worker.process.name, "to", router.process.name, "breaks");
    toRouter.loseAll();
    toWorker.loseAll();
    world.after(link.delay(), () -> router.process.receive(this::endForRouter));
    world.after(link.delay(), () -> worker.process.receive(this::endForWorker));
  }

  private void endForRouter() {
    if (!routerEnded) {
      routerEnded = true;
      if (greeted) {
        router.workerSide.left(worker.instance, this);
      }
    }
  }

  private void endForWorker() {
    if (!workerEnded) {
      workerEnded = true;
      worker.channelClosed(this);
    }
  }
}
