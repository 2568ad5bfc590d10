package dev.penstock.router.dispatch.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ControlMessage;
import dev.penstock.cluster.ControlMessage.Backlog;
import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.ControlMessage.Renew;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.cluster.JobQueues;
import dev.penstock.config.RouterConfig;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobParameters;
import dev.penstock.job.wire.Claim;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.ModelRepository.Refusal;
import dev.penstock.router.admission.AdmissionControl;
import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.Priority;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.InferenceRequest;
import dev.penstock.router.dispatch.Requests;
import dev.penstock.router.dispatch.workers.FakeChannel;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dispatcher with the queues of a real cluster: who stands where in them. */
@Timeout(60)
final class FairDispatchTest {
  private static final String MODEL = "coco/1";
  private static final long JOB_MICROS = 10_000;
  private static final Progress COST =
      new Progress(MODEL, 0, TimeUnit.MICROSECONDS.toNanos(JOB_MICROS));
  private static final Caller A = new Caller("a", 1);
  private static final Caller B = new Caller("b", 1);

  private static Vertx vertx;
  private static HazelcastInstance member;

  private final FakeChannel channel = new FakeChannel();
  private JobQueues queues;
  private DispatchService dispatch;

  /** A worker that says nothing is not sent to. */
  private long beats;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    member = Members.start("incarnation");
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
    member.shutdown();
  }

  @BeforeEach
  void open() {
    queues = new JobQueues(member);
    var limits =
        new RouterConfig.Limits(
            Duration.ofSeconds(30), Duration.ofMinutes(5), 1 << 20, 1_000, 1L << 30);
    var control = new AdmissionControl(1_000, 1L << 30, Ticker.SYSTEM);
    dispatch =
        new DispatchService(
            vertx, member, "incarnation", limits, control, new Models(), List.of(), Ticker.SYSTEM);
    beats =
        vertx.setPeriodic(
            ControlMessage.RENEW_MILLIS, beat -> say(new Renew(List.of(), List.of())));
  }

  @AfterEach
  void close() {
    vertx.cancelTimer(beats);
    dispatch.close();
    queues.models().forEach(model -> queues.snapshot(model).forEach(queues::remove));
  }

  private static final class Models implements ModelRepository {
    @Override
    public @Nullable ModelPackage find(String modelId) {
      return Requests.modelPackage(modelId);
    }

    @Override
    public @Nullable ModelPackage byDigest(String digest) {
      return null;
    }

    @Override
    public Collection<ModelPackage> all() {
      return List.of(Requests.modelPackage(MODEL));
    }

    @Override
    public List<Refusal> refusals() {
      return List.of();
    }
  }

  private void join(Progress... progress) {
    dispatch.workerJoined(new Hello("w", "w-1", "cpu"), channel);
    say(ready(progress));
  }

  private static State ready(Progress... progress) {
    var resident = new Resident(MODEL, Requests.ref(MODEL).digest(), 1);
    return new State(WorkerState.READY, List.of(resident), List.of(progress), null);
  }

  private void say(FromWorker message) {
    dispatch.heard("w-1", channel, message);
  }

  private Admission ask(Caller caller, Priority priority) {
    long now = Ticker.SYSTEM.nanos();
    return dispatch.admit(
        new InferenceRequest(
            "request",
            caller,
            priority,
            Requests.modelPackage(MODEL),
            List.of(new byte[1]),
            JobParameters.DEFAULTS,
            now,
            now,
            Requests.TIMEOUT),
        outcome -> {});
  }

  private void ask(Caller caller, int requests) {
    for (int request = 0; request < requests; request++) {
      assertThat(ask(caller, Priority.NORMAL)).isInstanceOf(Admission.Admitted.class);
    }
  }

  private void awaitQueued(int jobs) {
    until(() -> queues.depth(MODEL) == jobs);
  }

  private static void until(BooleanSupplier condition) {
    long deadline = Ticker.SYSTEM.nanos() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(Ticker.SYSTEM.nanos()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private List<JobId> pollAll() {
    var taken = new ArrayList<JobId>();
    for (JobDescriptor job = queues.poll(MODEL); job != null; job = queues.poll(MODEL)) {
      taken.add(job.id());
    }
    // On a slow machine one that was taken and not claimed is offered again meanwhile.
    return taken.stream().distinct().toList();
  }

  private void claim(JobId... jobs) {
    dispatch.claim(new Claim("w", "w-1", "cpu", "claim-" + jobs[0], List.of(jobs)));
  }

  @Test
  void two_callers_stand_by_turns_whoever_came_first() {
    join(COST);
    ask(A, 4);
    ask(B, 2);
    awaitQueued(6);

    assertThat(pollAll()).extracting(JobId::sequence).containsExactly(1L, 5L, 2L, 6L, 3L, 4L);
  }

  @Test
  void urgent_work_stands_before_what_its_caller_has_waiting() {
    join(COST);
    ask(A, 3);
    ask(A, Priority.LOW);
    ask(A, Priority.HIGH);
    awaitQueued(5);

    assertThat(pollAll()).extracting(JobId::sequence).startsWith(1L, 4L, 5L, 2L);
  }

  @Test
  void what_was_claimed_moves_the_queue_on_for_whoever_comes_next() {
    join(COST);
    ask(A, 5);
    awaitQueued(5);
    JobDescriptor first = Objects.requireNonNull(queues.poll(MODEL));
    JobDescriptor second = Objects.requireNonNull(queues.poll(MODEL));
    claim(first.id(), second.id());
    ask(B, 1);
    awaitQueued(4);

    JobDescriptor next = Objects.requireNonNull(queues.poll(MODEL));
    assertThat(next.id().sequence()).isEqualTo(6);
    assertThat(next.tag()).isEqualTo(second.tag()).isEqualTo(JOB_MICROS);
    assertThat(next.finish()).isEqualTo(2 * JOB_MICROS);
  }

  /** Whatever it offered before it knew would stand before all that waits. */
  @Test
  void a_router_without_workers_offers_nothing_before_the_next_one_has_said_how_far_the_queue_is()
      throws Exception {
    for (int round = 1; round <= 50; round++) {
      long virtualTime = round * (1L << 40);
      var admitted = CompletableFuture.supplyAsync(() -> askUntilAdmitted(A));

      join(new Progress(MODEL, virtualTime, 0));

      Admission.Admitted request = admitted.get(10, TimeUnit.SECONDS);
      until(() -> queues.peek(MODEL) != null);
      assertThat(Objects.requireNonNull(queues.poll(MODEL)).tag()).isEqualTo(virtualTime);
      request.cancel();
      dispatch.workerLeft("w-1", channel);
    }
  }

  private Admission.Admitted askUntilAdmitted(Caller caller) {
    while (true) {
      if (ask(caller, Priority.NORMAL) instanceof Admission.Admitted admitted) {
        return admitted;
      }
    }
  }

  @Test
  void what_workers_claimed_of_other_routers_moves_the_queue_on() {
    join(COST);
    say(new Renew(List.of(new Progress(MODEL, 7 * JOB_MICROS, 0)), List.of()));
    ask(A, 1);
    awaitQueued(1);

    assertThat(queues.peek(MODEL)).extracting(JobDescriptor::tag).isEqualTo(7 * JOB_MICROS);
  }

  /** So that it outlives the workers. */
  @Test
  void workers_that_come_later_are_told_how_far_the_queues_are() {
    join(COST);
    say(new Renew(List.of(new Progress(MODEL, 7 * JOB_MICROS, 0)), List.of()));
    ask(A, 1);

    until(
        () ->
            channel.told(Backlog.class).stream()
                .flatMap(backlog -> backlog.queues().stream())
                .anyMatch(waiting -> waiting.virtualTime() == 7 * JOB_MICROS));
    var later = new FakeChannel();
    dispatch.workerJoined(new Hello("w", "w-2", "cpu"), later);
    assertThat(later.told(Welcome.class).get(0).virtualTimes())
        .isEqualTo(Map.of(MODEL, 7 * JOB_MICROS));
  }

  @Test
  void a_job_that_is_offered_again_gets_its_place_back() {
    join(COST);
    ask(A, 3);
    awaitQueued(3);
    JobDescriptor first = Objects.requireNonNull(queues.poll(MODEL));
    claim(first.id());
    dispatch.workerLeft("w-1", channel);

    until(() -> first.equals(queues.peek(MODEL)));
  }

  @Test
  void who_hung_up_a_thousand_times_is_served_as_if_it_had_not() {
    join(COST);
    ask(B, 2);
    for (int request = 0; request < 900; request++) {
      ((Admission.Admitted) ask(A, Priority.NORMAL)).cancel();
    }
    ask(A, 1);

    until(() -> queues.snapshot(MODEL).stream().filter(job -> isOf(job, 903)).count() == 1);
    JobDescriptor last =
        queues.snapshot(MODEL).stream().filter(job -> isOf(job, 903)).findAny().orElseThrow();
    assertThat(last.tag()).isZero();
  }

  private static boolean isOf(JobDescriptor job, long sequence) {
    return job.id().sequence() == sequence;
  }

  @Test
  void when_a_worker_is_idle_nobody_owes_anything() {
    join(COST);
    var light = new Caller("light", 0.01);
    ask(light, 1);
    awaitQueued(1);
    claim(Objects.requireNonNull(queues.poll(MODEL)).id());

    say(new Wants(Want.IDLE));
    ask(light, 1);
    awaitQueued(1);

    assertThat(queues.peek(MODEL)).extracting(JobDescriptor::tag).isEqualTo(0L);
  }
}
