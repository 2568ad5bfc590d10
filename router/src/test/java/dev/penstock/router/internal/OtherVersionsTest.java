package dev.penstock.router.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.JobQueues;
import dev.penstock.cluster.Ports;
import dev.penstock.config.RouterConfig;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.wire.Frame;
import dev.penstock.router.admission.AdmissionControl;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.Requests;
import dev.penstock.router.dispatch.service.DispatchService;
import dev.penstock.router.dispatch.service.Members;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Workers that are one version older or newer, written byte by byte: none of this program's classes
 * writes or reads what they say, but for the frame around blobs.
 */
@Timeout(60)
final class OtherVersionsTest {
  private static final String MODEL = "coco/1";

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<InferenceOutcome> outcomes = new LinkedBlockingQueue<>();
  private final BlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
  private HazelcastInstance member;
  private DispatchService dispatch;
  private WebClient http;

  /** Held here: Vert.x closes a client and its connections when nobody holds it any more. */
  private WebSocketClient sockets;

  private WebSocket socket;
  private int port;

  /** How a worker talks. */
  enum Dialect {
    /** As the first version did: without what was added since. */
    FIRST,
    /** As a later one may: with messages, members and items that are not known yet. */
    LATER;

    /** The same, as that version says it. */
    JsonObject of(JsonObject json) {
      return this == FIRST ? json : json.put("later", new JsonObject().put("x", JsonArray.of(1)));
    }

    JsonArray of(JsonArray array) {
      return this == FIRST ? array : array.add("later");
    }
  }

  @BeforeEach
  void listen() throws Exception {
    member = Members.start("incarnation");
    http = WebClient.create(vertx);
    var limits =
        new RouterConfig.Limits(
            Duration.ofSeconds(30), Duration.ofSeconds(30), 1 << 20, 100, 2 << 20);
    var control =
        new AdmissionControl(limits.maxInFlight(), limits.maxInFlightBytes(), Ticker.SYSTEM);
    var repository = new OnePackage(folder);
    dispatch =
        new DispatchService(
            vertx,
            member,
            "incarnation",
            limits,
            control,
            repository,
            List.of(MODEL),
            Ticker.SYSTEM);
    port = Ports.free("127.0.0.1");
    new InternalListener(dispatch, repository)
        .listen(vertx, "127.0.0.1", port, null)
        .await(10, TimeUnit.SECONDS);
    sockets = vertx.createWebSocketClient();
    socket =
        sockets
            .connect(
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI("/control"))
            .await(10, TimeUnit.SECONDS);
    socket.textMessageHandler(text -> heard.add(new JsonObject(text)));
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
    dispatch.close();
    member.shutdown();
  }

  private void say(JsonObject message) {
    socket.writeTextMessage(message.encode());
  }

  private JsonObject hear(String type) throws InterruptedException {
    JsonObject next;
    do {
      next = requireNonNull(heard.poll(10, TimeUnit.SECONDS), "waiting for " + type);
    } while (!next.getString("t").equals(type));
    return next;
  }

  private static void until(BooleanSupplier condition) {
    long deadline = Ticker.SYSTEM.nanos() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(Ticker.SYSTEM.nanos()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private void join(Dialect dialect) throws InterruptedException {
    int version = dialect == Dialect.FIRST ? 1 : 2;
    say(
        dialect.of(
            new JsonObject()
                .put("t", "hello")
                .put("version", version)
                .put("worker", "w1")
                .put("instance", "i1")
                .put("device", "cpu")));
    assertThat(hear("welcome").getInteger("version")).isEqualTo(1);
    if (dialect == Dialect.LATER) {
      say(new JsonObject().put("t", "temperature").put("celsius", 71));
      say(new JsonObject().put("t", "wants").put("want", "TWO_BATCHES"));
      say(new JsonObject().put("t", "state").put("state", "CALIBRATING"));
    }
    var resident =
        dialect.of(
            new JsonObject()
                .put("model", MODEL)
                .put("digest", Requests.ref(MODEL).digest())
                .put("loadNanos", 5));
    say(
        dialect.of(
            new JsonObject()
                .put("t", "state")
                .put("state", "READY")
                .put("residents", JsonArray.of(resident))));
    until(dispatch::ready);
    say(dialect.of(new JsonObject().put("t", "wants").put("want", "IDLE")));
  }

  private JobDescriptor poll() {
    var queues = new JobQueues(member);
    var taken = new LinkedBlockingQueue<JobDescriptor>();
    until(
        () -> {
          JobDescriptor job = queues.poll(MODEL);
          return job != null && taken.add(job);
        });
    return taken.remove();
  }

  private JsonObject claim(Dialect dialect, JobDescriptor job) throws Exception {
    JsonObject claim =
        dialect.of(
            new JsonObject()
                .put("version", 1)
                .put("worker", "w1")
                .put("instance", "i1")
                .put("device", "cpu")
                .put("claim", "claim of " + job.id())
                .put("jobs", JsonArray.of(job.id().toString())));
    var answer =
        http.post(port, "127.0.0.1", "/claims").sendJsonObject(claim).await(10, TimeUnit.SECONDS);
    return Frame.parse(answer.body()).head().getJsonArray("jobs").getJsonObject(0);
  }

  private void renew(Dialect dialect, JobDescriptor job) {
    var held = dialect.of(JsonArray.of(job.id().toString(), -1));
    var renew = new JsonObject().put("t", "renew").put("leases", JsonArray.of(held));
    say(
        dialect == Dialect.FIRST
            ? renew.put("virtualTime", 7)
            : dialect.of(renew.put("progress", JsonArray.of(JsonArray.of(MODEL, 7, 1_000, "x")))));
  }

  private String post(JsonObject result) throws Exception {
    var frame =
        new Frame(
            new JsonObject().put("version", 2).put("results", JsonArray.of(result)),
            List.of("{\"predictions\":[]}".getBytes(UTF_8), new byte[0]));
    Buffer answer =
        http.post(port, "127.0.0.1", "/results")
            .sendBuffer(frame.toBuffer())
            .await(10, TimeUnit.SECONDS)
            .body();
    return new JsonObject(answer).getJsonArray("results").getString(0);
  }

  private static JsonObject result(Dialect dialect, JsonObject lease) {
    return dialect.of(
        new JsonObject()
            .put("id", lease.getString("id"))
            .put("attempt", lease.getInteger("attempt"))
            .put("token", lease.getString("token"))
            .put("timings", dialect.of(JsonArray.of(6, 1, 1, 1, 1, 2)))
            .put("batchSize", 1)
            .put("batchReason", dialect == Dialect.FIRST ? "idle" : "speculative"));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void a_request_is_answered_by_a_worker_of_another_version(Dialect dialect) throws Exception {
    join(dialect);

    assertThat(
            dispatch.admit(
                Requests.request(MODEL, 1, Ticker.SYSTEM.nanos(), Requests.TIMEOUT), outcomes::add))
        .isInstanceOf(Admission.Admitted.class);
    assertThat(hear("ring").getString("model")).isEqualTo(MODEL);
    JobDescriptor job = poll();
    JsonObject lease = claim(dialect, job);
    renew(dialect, job);
    assertThat(post(result(dialect, lease).put("width", 4).put("height", 3))).isEqualTo("accepted");

    InferenceOutcome outcome = requireNonNull(outcomes.poll(10, TimeUnit.SECONDS));
    assertThat(outcome.end()).isInstanceOf(InferenceOutcome.Completed.class);
    assertThat(outcome.criticalJob().workerId()).isEqualTo("w1");
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void a_failure_of_another_versions_worker_is_tried_again(Dialect dialect) throws Exception {
    join(dialect);
    dispatch.admit(
        Requests.request(MODEL, 1, Ticker.SYSTEM.nanos(), Requests.TIMEOUT), outcomes::add);
    JsonObject lease = claim(dialect, poll());
    String reason = dialect == Dialect.FIRST ? "DEVICE" : "OVERHEATED";

    assertThat(post(result(dialect, lease).put("failed", reason).put("message", "too hot")))
        .isEqualTo("accepted");

    assertThat(claim(dialect, poll()).getInteger("attempt")).isEqualTo(2);
    assertThat(socket.isClosed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void what_another_versions_worker_hands_back_is_offered_again(Dialect dialect) throws Exception {
    join(dialect);
    dispatch.admit(
        Requests.request(MODEL, 1, Ticker.SYSTEM.nanos(), Requests.TIMEOUT), outcomes::add);
    JobDescriptor job = poll();
    claim(dialect, job);

    say(
        dialect.of(
            new JsonObject().put("t", "handBack").put("jobs", JsonArray.of(job.id().toString()))));

    assertThat(poll().id()).isEqualTo(job.id());
  }
}
