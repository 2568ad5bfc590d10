package dev.penstock.router.internal;

import dev.penstock.cluster.ControlCodec;
import dev.penstock.cluster.ControlMessage;
import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.router.dispatch.service.DispatchService;
import dev.penstock.router.dispatch.workers.Departure;
import dev.penstock.router.dispatch.workers.WorkerChannel;
import io.vertx.core.http.ServerWebSocket;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /control}: one WebSocket to each worker, for as long as it lives. Its end is the first
 * sign of a worker's death.
 */
final class ControlHandler {
  private static final System.Logger LOG = System.getLogger(ControlHandler.class.getName());

  private static final String PATH = "/control";

  private final DispatchService dispatch;

  ControlHandler(DispatchService dispatch) {
    this.dispatch = dispatch;
  }

  void handle(ServerWebSocket socket) {
    if (!socket.path().equals(PATH)) {
      socket.close((short) 1008, "the control channel is at " + PATH);
      return;
    }
    var session = new Session(socket);
    socket.textMessageHandler(session::receive);
    socket.closeHandler(closed -> session.closed());
    socket.exceptionHandler(
        e -> LOG.log(Level.DEBUG, "control channel of {0}: {1}", session.name(), e));
  }

  /** Runs on the socket's event loop. */
  private final class Session implements WorkerChannel {
    private final ServerWebSocket socket;
    private @Nullable Hello hello;

    Session(ServerWebSocket socket) {
      this.socket = socket;
    }

    void receive(String text) {
      ControlMessage message;
      try {
        message = ControlCodec.decode(text);
      } catch (IllegalArgumentException e) {
        LOG.log(Level.WARNING, "control channel of {0} closed: {1}", name(), e.getMessage());
        socket.close((short) 1003, "not a control message");
        return;
      }
      Hello known = hello;
      if (message instanceof Hello first && known == null) {
        greet(first);
      } else if (known != null && message instanceof FromWorker fromWorker) {
        dispatch.heard(known.instance(), this, fromWorker);
      }
    }

    private void greet(Hello first) {
      hello = first;
      LOG.log(
          Level.INFO,
          "worker {0} ({1}) joined from {2}",
          first.workerId(),
          first.device(),
          socket.remoteAddress());
      dispatch.workerJoined(first, this);
    }

    @Override
    public void send(FromRouter message) {
      socket.writeTextMessage(ControlCodec.encode(message));
    }

    @Override
    public void send(FromRouter message, Supplier<String> encoded) {
      socket.writeTextMessage(encoded.get());
    }

    @Override
    public void close() {
      socket.close();
    }

    void closed() {
      if (hello == null) {
        return;
      }
      Departure departure = dispatch.workerLeft(hello.instance(), this);
      if (departure == Departure.NONE) {
        return;
      }
      if (departure == Departure.IN_ORDER) {
        LOG.log(Level.INFO, "worker {0} has left", hello.workerId());
      } else {
        LOG.log(
            Level.WARNING,
            "worker {0} is gone without a word: it was killed, has crashed or cannot be reached. What"
                + " it had goes to others.",
            hello.workerId());
      }
      if (dispatch.isWithoutWorkers()) {
        LOG.log(
            Level.WARNING,
            "That was the last worker: requests are refused with 503 until one joins.");
      }
    }

    String name() {
      return hello == null ? String.valueOf(socket.remoteAddress()) : hello.workerId();
    }
  }
}
