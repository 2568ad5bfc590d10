package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.Membership;
import dev.penstock.cluster.RouterAddress;
import dev.penstock.job.JobId;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.Leases;
import dev.penstock.worker.batch.NextBatch;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.shelf.FakeDevice;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A worker's parts, connected to a router behind a real socket. */
@Timeout(60)
abstract class WorkerSide {
  static final ModelRef COCO = new ModelRef("coco/1", "digest-of-coco/1");

  static Vertx vertx;
  static FakeRouter router;

  final FakeModel model = new FakeModel(4);
  final Signal signal = new Signal();
  final Leases leases = new Leases(Ticker.SYSTEM);
  final NextBatch next = new NextBatch(signal::raise);
  final FakeDevice device = new FakeDevice(model);
  final List<FromRouter> said = new CopyOnWriteArrayList<>();
  RouterLinks links;
  ResultSender results;

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
            this::routers,
            hello,
            vertx,
            InternalClients.open(vertx, null),
            (link, message) -> said.add(message),
            ticker());
    links.open();
    results = new ResultSender(links, leases, vertx);
    until(links::complete);
  }

  @AfterEach
  void close() {
    links.close();
    until(() -> router.open.get() == 0);
  }

  /** Of the links. */
  Ticker ticker() {
    return Ticker.SYSTEM;
  }

  /** The routers of the cluster. */
  Map<String, RouterAddress> routers() {
    return Membership.of(router.member).routers();
  }

  static void until(BooleanSupplier condition) {
    long deadline = Ticker.SYSTEM.nanos() + TimeUnit.SECONDS.toNanos(15);
    while (!condition.getAsBoolean()) {
      assertThat(Ticker.SYSTEM.nanos()).describedAs("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  static JobId id(long sequence) {
    return new JobId(FakeRouter.INCARNATION, sequence);
  }

  ClaimedJob held(JobId id, ResidentModel resident) {
    var job = new ClaimedJob(FakeModel.lease(id, 1, "ok"), resident, 0);
    leases.claimed(job);
    return job;
  }
}
