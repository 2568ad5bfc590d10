package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Executing;
import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.JobQueues;
import dev.penstock.cluster.Membership;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.FakeTicker;
import dev.penstock.worker.batch.Leases;
import dev.penstock.worker.batch.NextBatch;
import dev.penstock.worker.batch.ResidentModel;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links, claims and results against a router behind a real socket. */
@Timeout(60)
final class WorkerSideTest {
  private static final ModelRef COCO = new ModelRef("coco/1", "digest-of-coco/1");

  private static Vertx vertx;
  private static FakeRouter router;

  private final FakeModel model = new FakeModel(4);
  private final Signal signal = new Signal();
  private final Leases leases = new Leases(Ticker.SYSTEM);
  private final NextBatch next = new NextBatch(signal::raise);
  private final FakeDevice device = new FakeDevice(model);
  private final List<FromRouter> said = new CopyOnWriteArrayList<>();
  private RouterLinks links;
  private ResultSender results;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    router = new FakeRouter(vertx);
  }

  @AfterAll
  static void stop() throws Exception {
    router.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @BeforeEach
  void connect() {
    router.reset();
    var hello = new Hello("w", "instance", "cpu");
    links =
        new RouterLinks(
            Membership.of(router.member), hello, vertx, (link, message) -> said.add(message));
    results = new ResultSender(links, leases, vertx);
    until(links::complete);
  }

  @AfterEach
  void close() {
    links.close();
    until(() -> router.open.get() == 0);
  }

  private static void until(BooleanSupplier condition) {
    long deadline = Ticker.SYSTEM.nanos() + TimeUnit.SECONDS.toNanos(15);
    while (!condition.getAsBoolean()) {
      assertThat(Ticker.SYSTEM.nanos()).describedAs("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static JobId id(long sequence) {
    return new JobId(FakeRouter.INCARNATION, sequence);
  }

  private ClaimedJob held(JobId id, ResidentModel resident) {
    var job = new ClaimedJob(FakeModel.lease(id, 1, "ok"), resident, 0);
    leases.claimed(job);
    return job;
  }

  private static AttemptResult result(JobId id) {
    return new AttemptResult(
        id,
        1,
        "token",
        new JobOutcome.Done(1, 1, new byte[] {1}, null),
        WorkerTimings.NONE,
        1,
        BatchReason.IDLE,
        0);
  }

  @Test
  void greets_and_passes_over_what_is_no_control_message() {
    until(() -> router.heard(Hello.class).size() == 1);
    assertThat(links.preload()).containsExactly("coco/1");
    assertThat(said).hasSize(1);
  }

  @Test
  void what_is_executed_is_announced_to_the_routers_it_came_from() {
    ResidentModel resident = model.resident("coco/1");
    ClaimedJob job = held(id(7), resident);
    held(id(8), resident);
    var announcer = new ExecutionAnnouncer(links, leases);

    job.start(Ticker.SYSTEM.nanos());
    announcer.starts(List.of(job), false);
    announcer.starts(List.of(job), true);
    leases.ended(job.id(), 1);
    announcer.endedAlone(job);

    until(() -> router.heard(Executing.class).size() == 3);
    assertThat(router.heard(Executing.class))
        .containsExactly(
            new Executing(List.of(id(7)), false),
            new Executing(List.of(id(7)), true),
            new Executing(List.of(), false));
  }

  @Test
  void a_suspect_of_one_router_tells_the_others_that_nothing_of_theirs_runs() {
    ResidentModel resident = model.resident("coco/1");
    ClaimedJob strange = held(new JobId("another router", 8), resident);
    strange.start(Ticker.SYSTEM.nanos());

    new ExecutionAnnouncer(links, leases).starts(List.of(strange), true);

    until(() -> router.heard(Executing.class).size() == 1);
    assertThat(router.heard(Executing.class)).containsExactly(new Executing(List.of(), false));
  }

  @Test
  void a_channel_that_breaks_is_opened_again() {
    router.sockets.get(0).close();

    until(() -> router.sockets.size() == 2 && links.complete());

    until(() -> router.heard(Hello.class).size() == 2);
  }

  /** Its end may be gone without a word, as with a cut cable. */
  @Test
  void a_channel_on_which_nothing_comes_is_opened_again() {
    until(() -> router.heard(Hello.class).size() == 2 && links.complete());
  }

  @Test
  void what_is_said_while_the_channel_is_closed_is_dropped_and_never_thrown_back() {
    router.sockets.get(0).close();
    until(
        () -> {
          links.broadcast(new Wants(Want.IDLE));
          return router.sockets.size() == 2;
        });
  }

  @Test
  void a_result_whose_acknowledgement_is_lost_is_posted_again_and_renewed_until_then() {
    held(id(1), model.resident("coco/1"));
    router.lostAnswers.set(2);

    results.send(result(id(1)));

    assertThat(leases.isEmpty()).isFalse();
    until(leases::isEmpty);
    assertThat(router.results).containsExactly(id(1), id(1), id(1));
  }

  @Test
  void a_result_a_router_can_make_nothing_of_is_not_posted_for_ever() {
    held(id(1), model.resident("coco/1"));
    router.resultStatus = 400;

    results.send(result(id(1)));

    until(leases::isEmpty);
    assertThat(router.results).hasSize(1);
  }

  @Test
  void a_result_for_a_router_that_is_gone_ends_its_lease() {
    JobId id = new JobId("gone", 1);
    held(id, model.resident("coco/1"));

    results.send(result(id));

    assertThat(leases.isEmpty()).isTrue();
  }

  @Test
  void what_is_still_to_be_told_when_links_close_is_not_tried_for_ever() {
    held(id(1), model.resident("coco/1"));
    router.resultStatus = 500;
    results.send(result(id(1)));
    until(() -> !router.results.isEmpty());

    links.close();

    until(leases::isEmpty);
  }

  @Test
  void jobs_handed_back_are_told_to_their_router_and_let_go_of_their_model() {
    ResidentModel resident = model.resident("coco/1");
    assertThat(resident.acquire()).isTrue();
    ClaimedJob job = held(id(1), resident);

    results.handBack(List.of(job));
    resident.release();

    until(() -> router.heard(HandBack.class).size() == 1);
    assertThat(router.heard(HandBack.class).get(0).jobs()).containsExactly(id(1));
    assertThat(leases.isEmpty()).isTrue();
    assertThat(model.closed()).isEqualTo(1);
  }

  private ModelShelf shelf() {
    var shelf =
        new ModelShelf(
            device, ref -> FakeModel.modelPackage(ref.model()), new Quiet(), Ticker.SYSTEM);
    assertThat(shelf.request(COCO).join().id()).isEqualTo("coco/1");
    return shelf;
  }

  private Claimer claimer(ModelShelf shelf) {
    return claimer(shelf, new Arrivals(shelf, next, leases, results, Ticker.SYSTEM));
  }

  private Claimer claimer(ModelShelf shelf, Arrivals arrivals) {
    return new Claimer(
        new Hello("w", "instance", "cpu"),
        new JobQueues(router.member),
        links,
        shelf,
        new QueueOrder(Ticker.SYSTEM),
        next,
        leases,
        arrivals,
        signal,
        Ticker.SYSTEM);
  }

  private void offer(int jobs) {
    for (int job = 1; job <= jobs; job++) {
      new JobQueues(router.member).offer(new JobDescriptor(id(job), "coco/1", COCO.digest(), job));
    }
  }

  @Test
  void claims_one_batch_ahead_of_a_busy_device_and_no_more() throws Exception {
    try (ModelShelf shelf = shelf()) {
      offer(10);
      Claimer claimer = claimer(shelf);
      var thread = new Thread(claimer);
      thread.start();

      until(() -> shelf.residents().stream().allMatch(resident -> next.room(resident) == 0));

      assertThat(new JobQueues(router.member).depth("coco/1")).isEqualTo(6);
      assertThat(claimer.virtualTime()).isEqualTo(4);
      claimer.stop();
      thread.join();
      results.handBack(next.close());
    }
  }

  @Test
  void a_claim_whose_answer_is_lost_is_repeated_as_the_same_claim() throws Exception {
    try (ModelShelf shelf = shelf()) {
      offer(1);
      router.lostAnswers.set(2);
      Claimer claimer = claimer(shelf);
      var thread = new Thread(claimer);
      thread.start();

      until(() -> leases.find(id(1)).size() == 1);

      assertThat(router.claims).hasSize(3).containsOnly(router.claims.get(0));
      claimer.stop();
      thread.join();
      assertThat(next.close()).hasSize(1);
    }
  }

  /** A worker with the package before would take them all, and each would wait for its load. */
  @Test
  void takes_no_more_of_a_model_while_jobs_wait_for_another_package_of_it_or_it_cannot_be_loaded()
      throws Exception {
    var ticker = new FakeTicker();
    try (ModelShelf shelf = shelf()) {
      var arrivals = new Arrivals(shelf, next, leases, results, ticker);
      var goOn = new CountDownLatch(1);
      device.beforeLoad = () -> awaitQuietly(goOn);
      arrivals.arrived(
          List.of(new JobDescriptor(id(1), "coco/1", "successor", 1)),
          List.of(FakeModel.lease(id(1), 1, "ok")),
          0);
      offer(5);
      Claimer claimer = claimer(shelf, arrivals);
      claimer.rung();
      var thread = new Thread(claimer);
      thread.start();
      until(() -> router.heard(Wants.class).contains(new Wants(Want.NOTHING)));
      assertThat(new JobQueues(router.member).depth("coco/1")).isEqualTo(5);
      assertThat(arrivals.avoids("zoo/1")).isFalse();

      arrivals.failed(new ModelRef("coco/1", "successor"), "no such operator");
      until(() -> router.results.contains(id(1)));
      assertThat(arrivals.avoids("coco/1")).describedAs("it cannot be loaded").isTrue();
      ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(Arrivals.FAILURE_MEMORY_NANOS));

      until(() -> new JobQueues(router.member).depth("coco/1") == 1);
      claimer.stop();
      thread.join();
      results.handBack(next.close());
      goOn.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_ring_is_answered_although_nothing_has_changed() throws Exception {
    try (ModelShelf shelf = shelf()) {
      Claimer claimer = claimer(shelf);
      var thread = new Thread(claimer);
      thread.start();
      until(() -> router.heard(Wants.class).size() == 1);

      claimer.rung();

      until(() -> router.heard(Wants.class).size() == 2);
      assertThat(router.heard(Wants.class)).containsOnly(new Wants(Want.ROOM));
      claimer.stop();
      thread.join();
    }
  }

  private static final class Quiet implements ModelShelf.Listener {
    @Override
    public void loaded(ResidentModel model) {}

    @Override
    public void failed(ModelRef model, String reason) {}

    @Override
    public void changed() {}
  }
}
