package dev.penstock.router.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ControlCodec;
import dev.penstock.cluster.ControlMessage;
import dev.penstock.cluster.ControlMessage.Backlog;
import dev.penstock.cluster.ControlMessage.Cancel;
import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Load;
import dev.penstock.cluster.ControlMessage.LoadFailed;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Renew;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.Ring;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Unload;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.cluster.JobQueues;
import dev.penstock.cluster.Ports;
import dev.penstock.config.RouterConfig;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.job.wire.Claim;
import dev.penstock.job.wire.Frame;
import dev.penstock.job.wire.ResultCodec;
import dev.penstock.router.admission.AdmissionControl;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.Dispatcher.LoadFailure;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.Requests;
import dev.penstock.router.dispatch.service.DispatchService;
import dev.penstock.router.dispatch.service.Members;
import dev.penstock.router.dispatch.workers.FakeChannel;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dispatcher and its internal listener, spoken to over real sockets as a worker does. */
@Timeout(60)
final class InternalListenerTest {
  private static final String MODEL = "coco/1";

  private static Vertx vertx;
  private static HazelcastInstance member;
  private static WebClient http;
  private static WebSocketClient sockets;

  @TempDir private Path folder;
  private DispatchService dispatch;
  private OnePackage repository;
  private String deployment;
  private int port;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    member = Members.start("incarnation");
    http = WebClient.create(vertx);
    sockets = vertx.createWebSocketClient();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
    member.shutdown();
  }

  @BeforeEach
  void listen() throws Exception {
    var limits =
        new RouterConfig.Limits(
            Duration.ofSeconds(30), Duration.ofSeconds(30), 1 << 20, 100, 2 << 20);
    var control =
        new AdmissionControl(limits.maxInFlight(), limits.maxInFlightBytes(), Ticker.SYSTEM);
    repository = new OnePackage(folder);
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
    deployment =
        new InternalListener(dispatch, repository)
            .listen(vertx, "127.0.0.1", port, null)
            .await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.undeploy(deployment).await(10, TimeUnit.SECONDS);
    dispatch.close();
    var queues = new JobQueues(member);
    queues.models().forEach(model -> queues.snapshot(model).forEach(queues::remove));
  }

  /** A worker's side of a control channel. */
  private final class Worker {
    final WebSocket socket;
    final BlockingQueue<ControlMessage> heard = new LinkedBlockingQueue<>();

    Worker(String instance) throws Exception {
      var opened = new CompletableFuture<WebSocket>();
      var options =
          new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI("/control");
      sockets
          .connect(options)
          .onSuccess(
              fresh -> {
                fresh.textMessageHandler(text -> heard.add(ControlCodec.decode(text)));
                opened.complete(fresh);
              })
          .onFailure(opened::completeExceptionally);
      socket = opened.get(10, TimeUnit.SECONDS);
      say(new Hello("id-of-" + instance, instance, "cpu"));
      Welcome greeting = hear(Welcome.class);
      assertThat(greeting.catalog()).containsExactly(new ModelRef(MODEL, repository.digest()));
      assertThat(greeting.preload()).containsExactly(MODEL);
      long beats =
          vertx.setPeriodic(
              ControlMessage.RENEW_MILLIS, beat -> say(new Renew(List.of(), List.of())));
      socket.closeHandler(closed -> vertx.cancelTimer(beats));
    }

    void say(FromWorker message) {
      socket.writeTextMessage(ControlCodec.encode(message));
    }

    Worker has(WorkerState state, boolean model) {
      var resident = new Resident(MODEL, Requests.ref(MODEL).digest(), 5);
      say(new State(state, model ? List.of(resident) : List.of()));
      return this;
    }

    <T extends ControlMessage> T hear(Class<T> kind) throws InterruptedException {
      while (true) {
        ControlMessage next = heard.poll(10, TimeUnit.SECONDS);
        assertThat(next).describedAs("waiting for %s", kind.getSimpleName()).isNotNull();
        if (kind.isInstance(next)) {
          return kind.cast(next);
        }
      }
    }
  }

  private Worker readyWorker(String instance) throws Exception {
    Worker worker = new Worker(instance).has(WorkerState.READY, true);
    until(() -> dispatch.residentDigests().contains(Requests.ref(MODEL).digest()));
    return worker;
  }

  private static void until(BooleanSupplier condition) {
    long deadline = Ticker.SYSTEM.nanos() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(Ticker.SYSTEM.nanos()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private final BlockingQueue<InferenceOutcome> outcomes = new LinkedBlockingQueue<>();

  private Admission ask(Duration timeout) {
    return dispatch.admit(
        Requests.request(MODEL, 1, Ticker.SYSTEM.nanos(), timeout), outcomes::add);
  }

  private JobDescriptor poll() {
    var queues = new JobQueues(member);
    var taken = new CompletableFuture<JobDescriptor>();
    until(
        () -> {
          JobDescriptor job = queues.poll(MODEL);
          return job != null && taken.complete(job);
        });
    return taken.join();
  }

  private static HttpResponse<Buffer> await(Future<HttpResponse<Buffer>> call) throws Exception {
    return call.await(10, TimeUnit.SECONDS);
  }

  private List<Claim.Granted> claim(String instance, JobId... jobs) throws Exception {
    var claim = new Claim("id-of-" + instance, instance, "cpu", "claim", List.of(jobs));
    var answer = await(http.post(port, "127.0.0.1", "/claims").sendJsonObject(claim.toJson()));
    assertThat(answer.statusCode()).isEqualTo(200);
    return Claim.readAnswer(Frame.parse(answer.body()));
  }

  private JsonArray post(Claim.Granted lease, String token) throws Exception {
    var result =
        new AttemptResult(
            lease.id(),
            lease.attempt(),
            token,
            new JobOutcome.Done(4, 3, lease.payload(), null),
            WorkerTimings.NONE,
            1,
            BatchReason.IDLE,
            0);
    var answer =
        await(
            http.post(port, "127.0.0.1", "/results")
                .sendBuffer(ResultCodec.encode(List.of(result)).toBuffer()));
    return answer.bodyAsJsonObject().getJsonArray("results");
  }

  @Test
  void a_request_goes_all_the_way() throws Exception {
    Worker worker = readyWorker("w1");
    worker.say(new Wants(Want.IDLE));

    assertThat(ask(Requests.TIMEOUT)).isInstanceOf(Admission.Admitted.class);
    assertThat(worker.hear(Ring.class)).isEqualTo(new Ring(Requests.ref(MODEL)));
    Claim.Granted lease = claim("w1", poll().id()).get(0);
    assertThat(lease.payload()).containsExactly(0);
    assertThat(post(lease, "forged")).isEqualTo(JsonArray.of("refused"));
    assertThat(post(lease, lease.token())).isEqualTo(JsonArray.of("accepted"));
    assertThat(post(lease, lease.token())).describedAs("again").isEqualTo(JsonArray.of("late"));

    InferenceOutcome outcome = requireNonNull(outcomes.poll(10, TimeUnit.SECONDS));
    assertThat(outcome.end()).isInstanceOf(InferenceOutcome.Completed.class);
    assertThat(outcome.criticalJob().workerId()).isEqualTo("id-of-w1");
    assertThat(dispatch.inFlight()).isZero();
  }

  @Test
  void the_jobs_of_a_worker_whose_channel_closes_go_to_another() throws Exception {
    Worker dying = readyWorker("w1");
    readyWorker("w2");
    ask(Requests.TIMEOUT);
    JobId job = poll().id();
    claim("w1", job);

    dying.socket.close();

    assertThat(poll().id()).isEqualTo(job);
    Claim.Granted second = claim("w2", job).get(0);
    assertThat(second.attempt()).isEqualTo(2);
    assertThat(post(second, second.token())).isEqualTo(JsonArray.of("accepted"));
  }

  @Test
  void jobs_handed_back_stand_in_their_queue_again() throws Exception {
    Worker worker = readyWorker("w1");
    ask(Requests.TIMEOUT);
    JobId job = poll().id();
    claim("w1", job);

    worker.say(new HandBack(List.of(job)));

    assertThat(poll().id()).isEqualTo(job);
  }

  @Test
  void a_request_whose_time_is_over_is_answered_and_its_worker_hears_of_it() throws Exception {
    Worker worker = readyWorker("w1");
    ask(Duration.ofMillis(1_400)); // less than a lease lasts that nobody renews
    JobId job = poll().id();
    claim("w1", job);

    assertThat(requireNonNull(outcomes.poll(10, TimeUnit.SECONDS)).end())
        .isInstanceOf(InferenceOutcome.Expired.class);
    assertThat(worker.hear(Cancel.class).jobs()).containsExactly(job);
  }

  @Test
  void a_descriptor_that_was_polled_and_never_claimed_is_offered_again() throws Exception {
    readyWorker("w1");
    ask(Requests.TIMEOUT);
    JobId job = poll().id();

    assertThat(poll().id()).isEqualTo(job);
  }

  @Test
  void without_a_worker_requests_and_loads_are_refused_at_once() {
    assertThat(ask(Requests.TIMEOUT)).isInstanceOf(Admission.CannotServe.class);
    assertThat(dispatch.load(Requests.modelPackage(MODEL)).cause())
        .isInstanceOfSatisfying(LoadFailure.class, e -> assertThat(e.noWorker()).isTrue());
    assertThat(dispatch.ready()).isFalse();
  }

  @Test
  void a_leaving_router_is_not_ready_and_goes_on_serving() throws Exception {
    readyWorker("w1");
    assertThat(dispatch.ready()).isTrue();

    dispatch.leave();

    assertThat(dispatch.ready()).isFalse();
    assertThat(ask(Requests.TIMEOUT)).isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void more_than_the_bound_is_refused_with_a_time_to_come_again() throws Exception {
    readyWorker("w1");
    List<Admission> answers = IntStream.range(0, 101).mapToObj(i -> ask(Requests.TIMEOUT)).toList();

    assertThat(answers.subList(0, 100)).allMatch(Admission.Admitted.class::isInstance);
    assertThat(answers.get(100))
        .isInstanceOfSatisfying(
            Admission.TooMuch.class,
            refusal -> assertThat(refusal.retryAfterSeconds()).isPositive());
    answers.subList(0, 100).forEach(admitted -> ((Admission.Admitted) admitted).cancel());
    assertThat(dispatch.inFlight()).isZero();
  }

  @Test
  void a_load_is_done_when_a_worker_says_that_it_has_the_model() throws Exception {
    Worker worker = new Worker("w1").has(WorkerState.READY, false);
    until(dispatch::ready);
    Future<Long> loaded = dispatch.load(Requests.modelPackage(MODEL));
    assertThat(worker.hear(Load.class).model()).isEqualTo(Requests.ref(MODEL));

    worker.has(WorkerState.READY, true);

    assertThat(loaded.await(10, TimeUnit.SECONDS)).isEqualTo(5);
    assertThat(dispatch.load(Requests.modelPackage(MODEL)).result()).isZero();
  }

  /** Between the question whether it is there and the waiting for it, it may have come. */
  @Test
  void a_load_that_is_announced_while_it_is_asked_for_is_not_waited_for_in_vain() throws Exception {
    for (int round = 0; round < 100; round++) {
      var worker = new Hello("id", "racing-" + round, "cpu");
      var channel = new FakeChannel();
      dispatch.workerJoined(worker, channel);
      dispatch.heard(worker.instance(), channel, new State(WorkerState.READY, List.of()));
      var resident = new Resident(MODEL, Requests.ref(MODEL).digest(), 5);
      CompletableFuture<Void> announced =
          CompletableFuture.runAsync(
              () ->
                  dispatch.heard(
                      worker.instance(), channel, new State(WorkerState.READY, List.of(resident))));

      assertThat(dispatch.load(Requests.modelPackage(MODEL)).await(10, TimeUnit.SECONDS))
          .isNotNull();
      announced.join();
      dispatch.workerLeft(worker.instance(), channel);
    }
  }

  @Test
  void who_waits_for_a_model_nobody_can_load_hears_why() throws Exception {
    Worker worker = new Worker("w1").has(WorkerState.READY, false);
    until(dispatch::ready);
    ask(Requests.TIMEOUT);
    worker.hear(Load.class);

    worker.say(new LoadFailed(Requests.ref(MODEL), "no such operator"));

    var failure = new JobOutcome.Failed(JobOutcome.Reason.LOAD, "no such operator");
    assertThat(requireNonNull(outcomes.poll(10, TimeUnit.SECONDS)).end())
        .isEqualTo(new InferenceOutcome.Failed(failure));
    assertThat(ask(Requests.TIMEOUT)).isEqualTo(new Admission.Unloadable(failure));
  }

  @Test
  void what_is_no_control_message_closes_the_channel() throws Exception {
    Worker worker = new Worker("w1");
    var closed = new CompletableFuture<Void>();
    worker.socket.closeHandler(closed::complete);

    worker.socket.writeTextMessage("{\"t\":\"wants\"}");

    closed.get(10, TimeUnit.SECONDS);
    assertThat(worker.socket.closeStatusCode()).isEqualTo((short) 1003);
  }

  @Test
  void a_message_of_a_later_version_is_passed_over() throws Exception {
    Worker worker = new Worker("w1");
    worker.socket.writeTextMessage("{\"t\":\"from the future\"}");

    worker.has(WorkerState.READY, true);

    until(dispatch::ready);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"jobs\":[1]}", "no json"})
  void what_is_no_claim_is_answered_400(String body) throws Exception {
    var answer = await(http.post(port, "127.0.0.1", "/claims").sendBuffer(Buffer.buffer(body)));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsJsonObject().getString("message")).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "\u0000\u0000\u0000\u0002{}"})
  void what_is_no_result_is_answered_400(String body) throws Exception {
    var answer = await(http.post(port, "127.0.0.1", "/results").sendBuffer(Buffer.buffer(body)));

    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void a_claim_beyond_the_bound_is_answered_413() throws Exception {
    var answer =
        await(
            http.post(port, "127.0.0.1", "/claims")
                .sendBuffer(Buffer.buffer(new byte[(1 << 20) + 1])));

    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @Test
  void a_package_is_listed_and_its_files_sent_and_nothing_else() throws Exception {
    String path = "/packages/" + repository.digest();
    JsonObject manifest = await(http.get(port, "127.0.0.1", path).send()).bodyAsJsonObject();
    assertThat(manifest.getString("model")).isEqualTo(MODEL);
    assertThat(manifest.getJsonArray("files").getJsonObject(0).getString("name"))
        .isEqualTo(OnePackage.FILE);

    var file = await(http.get(port, "127.0.0.1", path + "/" + OnePackage.FILE).send());
    assertThat(file.bodyAsString()).isEqualTo(OnePackage.CONTENT);

    for (String none :
        List.of(path + "/secret.txt", path + "/../secret.txt", "/packages/unknown", "/status")) {
      assertThat(await(http.get(port, "127.0.0.1", none).send()).statusCode())
          .describedAs(none)
          .isEqualTo(404);
    }
  }

  @Test
  void a_file_that_cannot_be_read_breaks_the_connection_off_instead_of_hanging()
      throws IOException {
    Files.delete(folder.resolve(OnePackage.FILE));
    var call =
        http.get(port, "127.0.0.1", "/packages/" + repository.digest() + "/" + OnePackage.FILE)
            .send();

    until(call::isComplete);
    assertThat(call.failed() || call.result().statusCode() != 200).isTrue();
  }

  @Test
  void what_is_said_to_a_worker_that_has_just_gone_disturbs_nobody() throws Exception {
    for (int round = 0; round < 20; round++) {
      Worker worker = readyWorker("w" + round);
      worker.socket.close();
      dispatch.unload(Requests.modelPackage(MODEL));
    }
    Worker last = readyWorker("last");
    dispatch.unload(Requests.modelPackage(MODEL));
    assertThat(last.hear(Unload.class).model()).isEqualTo(Requests.ref(MODEL));
  }

  @Test
  void a_worker_hears_of_its_router_also_when_nothing_waits() throws Exception {
    Worker worker = readyWorker("w1");
    long renewals =
        vertx.setPeriodic(
            ControlMessage.RENEW_MILLIS, timer -> worker.say(new Renew(List.of(), List.of())));

    assertThat(worker.hear(Backlog.class).queues()).isEmpty();
    assertThat(worker.hear(Backlog.class).queues()).isEmpty();
    vertx.cancelTimer(renewals);
  }

  @Test
  void lives() throws Exception {
    assertThat(await(http.get(port, "127.0.0.1", "/healthz").send()).statusCode()).isEqualTo(200);
  }
}
