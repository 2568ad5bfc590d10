package dev.penstock.worker.claim;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ClusterMember;
import dev.penstock.cluster.ControlCodec;
import dev.penstock.cluster.ControlMessage;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.JobQueues;
import dev.penstock.config.RouterConfig;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.wire.Claim;
import dev.penstock.job.wire.Frame;
import dev.penstock.job.wire.ResultCodec;
import dev.penstock.worker.batch.FakeModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A router of a real cluster behind a real socket, which can be told to misbehave. */
final class FakeRouter implements AutoCloseable {
  static final String INCARNATION = "incarnation";

  final HazelcastInstance member;
  final List<ControlMessage> heard = new CopyOnWriteArrayList<>();
  final List<ServerWebSocket> sockets = new CopyOnWriteArrayList<>();
  final List<String> claims = new CopyOnWriteArrayList<>();
  final List<JobId> results = new CopyOnWriteArrayList<>();

  final Map<JobId, JobOutcome> outcomes = new ConcurrentHashMap<>();

  /** Called before a message counts as heard, on the event loop of its channel. */
  volatile Consumer<ControlMessage> hearing = message -> {};

  /** What it serves of packages, by path. */
  final Map<String, Buffer> files = new ConcurrentHashMap<>();

  /** What was asked of packages. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** Control channels. */
  final AtomicInteger open = new AtomicInteger();

  /** So many answers are lost on their way: the request is taken, the connection closed. */
  final AtomicInteger lostAnswers = new AtomicInteger();

  /** Whether claims are not answered until {@link #answerHeld}. */
  volatile boolean holdsClaims;

  private final List<Runnable> heldAnswers = new CopyOnWriteArrayList<>();

  /** If not 200, what results are answered. */
  volatile int resultStatus = 200;

  private final HttpServer server;

  FakeRouter(Vertx vertx) throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::handle)
            .webSocketHandler(this::greet)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    var cluster = new RouterConfig.Cluster("127.0.0.1", 0, 0, List.of(), "127.0.0.1");
    member = ClusterMember.start(cluster, "router", INCARNATION, server.actualPort());
  }

  /** As it was, for the next test. */
  void reset() {
    heard.clear();
    sockets.clear();
    claims.clear();
    results.clear();
    outcomes.clear();
    files.clear();
    asked.clear();
    lostAnswers.set(0);
    resultStatus = 200;
    hearing = message -> {};
    holdsClaims = false;
    heldAnswers.clear();
    var queues = new JobQueues(member);
    queues.models().forEach(model -> queues.snapshot(model).forEach(queues::remove));
  }

  private void greet(ServerWebSocket socket) {
    sockets.add(socket);
    open.incrementAndGet();
    socket.closeHandler(closed -> open.decrementAndGet());
    socket.textMessageHandler(
        text -> {
          ControlMessage message = ControlCodec.decode(text);
          hearing.accept(message);
          heard.add(message);
        });
    socket.writeTextMessage("this is not a control message");
    socket.writeTextMessage(
        ControlCodec.encode(new Welcome(INCARNATION, List.of(), List.of("coco/1"))));
  }

  private void took(AttemptResult result) {
    results.add(result.id());
    outcomes.put(result.id(), result.outcome());
  }

  private boolean lost() {
    return lostAnswers.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  private void handle(HttpServerRequest request) {
    if (request.path().startsWith("/packages/")) {
      asked.add(request.path());
      if (lost()) {
        request.connection().close();
        return;
      }
      Buffer file = files.get(request.path());
      request
          .response()
          .setStatusCode(file == null ? 404 : 200)
          .end(file == null ? Buffer.buffer() : file);
      return;
    }
    request
        .body()
        .onSuccess(
            body -> {
              boolean claim = request.path().equals("/claims");
              if (claim) {
                claims.add(Claim.fromJson(body.toJsonObject()).claimId());
              } else {
                ResultCodec.decode(Frame.parse(body)).forEach(this::took);
              }
              if (lost()) {
                request.connection().close();
              } else if (claim) {
                var granted =
                    Claim.fromJson(body.toJsonObject()).jobs().stream()
                        .map(id -> FakeModel.lease(id, 1, "ok"))
                        .toList();
                Runnable answer = () -> request.response().end(Claim.answer(granted).toBuffer());
                if (holdsClaims) {
                  heldAnswers.add(answer);
                } else {
                  answer.run();
                }
              } else {
                request
                    .response()
                    .setStatusCode(resultStatus)
                    .end(new JsonObject().put("results", JsonArray.of("accepted")).toBuffer());
              }
            });
  }

  /** Answers the claims it has kept waiting. */
  void answerHeld() {
    holdsClaims = false;
    heldAnswers.forEach(Runnable::run);
    heldAnswers.clear();
  }

  /** Says to every worker what it serves. */
  void serves(List<ModelRef> catalog, List<String> preload) {
    String welcome = ControlCodec.encode(new Welcome(INCARNATION, catalog, preload));
    sockets.forEach(socket -> socket.writeTextMessage(welcome));
  }

  <T extends ControlMessage> List<T> heard(Class<T> kind) {
    return heard.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public void close() {
    server.close().await();
    member.shutdown();
  }
}
