package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlCodec;
import dev.penstock.cluster.ControlMessage;
import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.RouterAddress;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.wire.Claim;
import dev.penstock.job.wire.ResultCodec;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.codec.BodyCodec;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The way to one router: the control channel, opened again for as long as the router is there, and
 * the calls of its internal listener. Any thread may call it; nothing blocks.
 */
final class RouterLink {
  private static final System.Logger LOG = System.getLogger(RouterLink.class.getName());
  private static final long RECONNECT_MILLIS = 200;
  private static final long CALL_MILLIS = 10_000;

  /** Of a line that results of several jobs share. */
  private static final long SLOWEST_BYTES_PER_MILLI = 20;

  /** A router that hangs takes the connection and never greets. */
  private static final long CONNECT_MILLIS = 5_000;

  /** A router that lives says something more often. */
  private static final long SILENCE_NANOS =
      TimeUnit.MILLISECONDS.toNanos(3 * ControlMessage.BEAT_MILLIS / 2);

  private final RouterAddress router;
  private final Hello hello;
  private final Vertx vertx;
  private final InternalClients clients;
  private final BiConsumer<RouterLink, FromRouter> received;
  private final Ticker ticker;
  private volatile long heardNanos;
  private volatile @Nullable WebSocket socket;
  private volatile @Nullable Welcome welcome;
  private volatile boolean closed;
  private volatile boolean complained;

  /**
   * @param received takes what the router says, on an event loop
   */
  RouterLink(
      RouterAddress router,
      Hello hello,
      Vertx vertx,
      InternalClients clients,
      BiConsumer<RouterLink, FromRouter> received,
      Ticker ticker) {
    this.router = router;
    this.hello = hello;
    this.vertx = vertx;
    this.clients = clients;
    this.received = received;
    this.ticker = ticker;
  }

  RouterAddress router() {
    return router;
  }

  /** What the router said first, or null while its internal listener has not been reached. */
  @Nullable Welcome welcome() {
    return socket == null ? null : welcome;
  }

  /** Whether it said something over its control channel a moment ago. */
  boolean speaks() {
    return welcome() != null && ticker.nanos() - heardNanos < SILENCE_NANOS;
  }

  void connect() {
    if (closed) {
      return;
    }
    clients
        .connect(router.internal(), "/control", CONNECT_MILLIS)
        .onSuccess(this::opened)
        .onFailure(this::unreachable);
  }

  private void opened(WebSocket opened) {
    if (closed) {
      opened.close();
      return;
    }
    complained = false;
    opened.textMessageHandler(this::receive);
    opened.exceptionHandler(
        e -> LOG.log(Level.DEBUG, "control channel to router {0}: {1}", router.id(), e));
    opened.closeHandler(
        gone -> {
          socket = null;
          reconnectLater();
        });
    opened.writeTextMessage(ControlCodec.encode(hello));
    socket = opened;
  }

  private void unreachable(Throwable cause) {
    if (!complained && !closed) {
      complained = true;
      LOG.log(
          Level.WARNING,
          "The internal listener of router {0} at {1} cannot be reached: {2}; trying on.",
          router.id(),
          router.internal(),
          CertificateTrouble.sentence(cause, clients.haveCertificates()));
    }
    reconnectLater();
  }

  private void reconnectLater() {
    if (!closed) {
      vertx.setTimer(RECONNECT_MILLIS, fired -> connect());
    }
  }

  private void receive(String text) {
    heardNanos = ticker.nanos();
    ControlMessage message;
    try {
      message = ControlCodec.decode(text);
    } catch (IllegalArgumentException e) {
      LOG.log(Level.WARNING, "Router {0}: {1}; passed over.", router.id(), e.getMessage());
      return;
    }
    if (message instanceof Welcome first) {
      welcome = first;
    }
    if (message instanceof FromRouter fromRouter) {
      received.accept(this, fromRouter);
    }
  }

  /**
   * Says something, if the channel is open; what was said to a closed one is said again when it
   * opens.
   *
   * @return completes when it was handed to the network, or lost
   */
  Future<Void> send(FromWorker message) {
    WebSocket open = socket;
    return open == null
        ? Future.succeededFuture()
        : open.writeTextMessage(ControlCodec.encode(message));
  }

  /**
   * Completes when the router has taken in all that was said to it until now: it answers a ping
   * after what came before it. At once when the channel is closed; what was said then is said
   * again.
   */
  Future<Void> heard() {
    WebSocket open = socket;
    if (open == null) {
      return Future.succeededFuture();
    }
    Promise<Void> answered = Promise.promise();
    open.pongHandler(pong -> answered.tryComplete());
    open.writePing(Buffer.buffer()).onFailure(answered::tryFail);
    return answered.future();
  }

  /** Leases and payloads for descriptors; jobs that are not in the answer are gone. */
  Future<List<Claim.Granted>> claim(Claim claim) {
    return clients
        .post(router.internal(), "/claims")
        .timeout(CALL_MILLIS)
        .as(new FrameCodec())
        .sendJsonObject(claim.toJson())
        .map(answer -> Claim.readAnswer(FrameCodec.frame(successful(answer))));
  }

  /** Posts results; answers an acknowledgement for each. */
  Future<List<String>> post(List<AttemptResult> results) {
    Buffer body = ResultCodec.encode(results).toBuffer();
    return clients
        .post(router.internal(), "/results")
        .timeout(CALL_MILLIS + body.length() / SLOWEST_BYTES_PER_MILLI)
        .sendBuffer(body)
        .map(
            answer ->
                successful(answer).toJsonObject().getJsonArray("results").stream()
                    .map(String.class::cast)
                    .toList());
  }

  /** Fetches something of the internal listener whole. */
  Future<Buffer> get(String path) {
    return clients
        .get(router.internal(), path)
        .connectTimeout(TimeUnit.SECONDS.toMillis(5))
        .send()
        .map(answer -> Objects.requireNonNullElseGet(successful(answer), Buffer::buffer));
  }

  /** Fetches a file of the internal listener piece by piece, however large. */
  Future<Void> download(String path, Path target) {
    return vertx
        .fileSystem()
        .open(target.toString(), new OpenOptions().setCreateNew(true).setWrite(true))
        .compose(
            file ->
                clients
                    .get(router.internal(), path)
                    .as(BodyCodec.pipe(file, false))
                    .send()
                    .map(RouterLink::successful)
                    .eventually(file::close));
  }

  private static <T> T successful(HttpResponse<T> answer) {
    if (answer.statusCode() == 200) {
      return answer.body();
    }
    String said = answer.statusCode() + (answer.body() instanceof Buffer text ? ": " + text : "");
    if (answer.statusCode() / 100 == 4) {
      throw new RefusedException("the router refused (" + said + ")");
    }
    throw new IllegalStateException("the router answered " + said);
  }

  void close() {
    closed = true;
    WebSocket open = socket;
    if (open != null) {
      open.close();
    }
  }
}
